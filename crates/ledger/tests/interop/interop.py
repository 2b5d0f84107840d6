"""The other side of tests/interop.rs: the PyPI packages aics-tlog and aics-witness.

Reads tasks as JSON on standard input, answers a list of results on standard output. A result with an
"error" is a refusal.
"""

import base64
import json
import sys

import aics_tlog as tlog
from aics_witness import protocol
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def data(text):
    return base64.b64decode(text)


def text(raw):
    return base64.b64encode(raw).decode()


def verify(task):
    """Holds a log of ours against its checkpoint, its tiles, its entries and its proofs."""
    note = tlog.parse_note(task["checkpoint"])
    witnesses = [tlog.parse_vkey(key) for key in task["witnesses"]]
    found = tlog.verify_checkpoint(note, tlog.parse_vkey(task["key"]), witnesses, len(witnesses))
    if not found.ok:
        raise ValueError(found.error)
    reader = tlog.MemoryTileReader({path: data(raw) for path, raw in task["files"].items()})
    if tlog.tree_root_from_tiles(reader, found.size) != found.root:
        raise ValueError("the tiles have another root")
    audit = tlog.audit_tiles(reader, found.size, found.root)
    for proof in task["inclusion"]:
        index, hashes = proof["index"], [data(hash) for hash in proof["hashes"]]
        entry = tlog.read_entry(reader, index, found.size)
        if not tlog.verify_leaf_inclusion(entry, index, found.size, hashes, found.root):
            raise ValueError(f"the proof of entry {index} does not hold")
        if tlog.inclusion_proof_from_tiles(reader, index, found.size) != hashes:
            raise ValueError(f"entry {index} has another proof")
    for proof in task["consistency"]:
        old, hashes = proof["old"], [data(hash) for hash in proof["hashes"]]
        if not tlog.verify_consistency(old, found.size, data(proof["root"]), found.root, hashes):
            raise ValueError(f"the proof from {old} entries does not hold")
        if tlog.consistency_proof_from_tiles(reader, old, found.size) != hashes:
            raise ValueError(f"there is another proof from {old} entries")
    times = [found.timestamps[name] for name in found.witnesses]
    return {"tiles": audit.tiles, "bundles": audit.bundles, "size": found.size, "times": times}


def make(task):
    """Makes a log of these entries, signed and cosigned."""
    entries = [data(entry) for entry in task["entries"]]
    tree = tlog.MerkleTree(entries)
    key, witness = (Ed25519PrivateKey.from_private_bytes(data(task[name])) for name in ("seed", "witness_seed"))
    checkpoint = tlog.Checkpoint(task["origin"], tree.size, tree.root())
    note = tlog.sign_checkpoint(checkpoint, key, task["origin"])
    _, line = tlog.sign_cosignature(witness, task["witness"], task["time"], task["origin"], tree.size, tree.root())
    note = tlog.Note(note.text, (*note.signatures, line))
    size = tree.size
    return {
        "checkpoint": note.serialise(),
        "key": tlog.format_vkey(tlog.vkey_from_ed25519(task["origin"], key.public_key())),
        "witness_key": tlog.format_vkey(tlog.cosignature_vkey(task["witness"], witness.public_key())),
        "files": {path: text(raw) for path, raw in tlog.TileWriter(entries).materialise().items()},
        "inclusion": [[text(hash) for hash in tree.inclusion_proof(index)] for index in range(size)],
        "consistency": [[text(hash) for hash in tree.consistency_proof(old)] for old in range(1, size + 1)],
        "roots": [text(tree.root(old)) for old in range(1, size + 1)],
    }


def request(task):
    """Reads our request to a witness, and writes the same as it would."""
    read = protocol.parse_add_checkpoint_request(task["request"].encode())
    written = protocol.format_add_checkpoint_request(read.old_size, read.proof, read.checkpoint)
    lines = protocol.parse_signature_lines(task["response"])
    return {
        "old": read.old_size,
        "proof": [text(hash) for hash in read.proof],
        "checkpoint": read.checkpoint.decode(),
        "written": written.decode(),
        "response": "".join(protocol.format_signature_line(line) for line in lines),
        "conflict": protocol.parse_size_body(task["conflict"].encode()),
    }


TASKS = {"verify": verify, "make": make, "request": request}


def answer(task):
    try:
        return TASKS[task["task"]](task)
    except (ValueError, OSError, RuntimeError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([answer(task) for task in json.load(sys.stdin)], sys.stdout)
