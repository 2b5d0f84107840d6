"""The other side of tests/witness.rs: a log kept with the PyPI packages aics-tlog and aics-witness asks our
witness for its cosignatures. Prints what came of each request as JSON, one object a line."""

import json
import sys

from aics_tlog import Checkpoint, MerkleTree, format_vkey, sign_checkpoint, vkey_from_ed25519
from aics_witness import WitnessClient, WitnessRejected
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/interop"
KEY = Ed25519PrivateKey.from_private_bytes(bytes([5] * 32))


def tell(**what):
    print(json.dumps(what), flush=True)


def tree(story, size):
    made = MerkleTree()
    for at in range(size):
        made.append(f"{story} {at}".encode())
    return made


def note(made):
    return sign_checkpoint(Checkpoint(ORIGIN, made.size, made.root()), KEY, ORIGIN).to_bytes()


if sys.argv[1] == "key":
    print(format_vkey(vkey_from_ed25519(ORIGIN, KEY.public_key())))
    sys.exit()

url, vkey = sys.argv[2], sys.argv[3]
with WitnessClient(url, vkey) as client:
    for size in (1, 1, 2, 255, 257, 700):
        made = tree("true", size)
        line = client.submit(note(made), made.consistency_proof)
        tell(size=size, line=line)
    lie = tree("false", 900)
    for size, made in ((700, tree("false", 700)), (900, lie)):
        try:
            client.submit(note(made), made.consistency_proof)
            tell(size=size, fork="cosigned")
        except WitnessRejected as refused:
            tell(size=size, fork=refused.status)
