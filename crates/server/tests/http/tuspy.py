"""Uploads a file with tuspy as its documentation does, breaks off once, and resumes.

Arguments: creation URL, proof of work, path of the file. Prints the upload's URL.
"""

import sys

from tusclient import client

creation, work, path = sys.argv[1:]

tus = client.TusClient(creation, headers={"Safehand-Work": work})
first = tus.uploader(path, chunk_size=300_000, upload_checksum=True)
first.upload_chunk()
first.upload_chunk()
assert first.offset == 600_000, first.offset

# Another process, later: it knows the file and the upload's URL, and nothing else.
second = client.TusClient(creation).uploader(path, url=first.url, chunk_size=1_000_000)
assert second.offset == 600_000, second.offset
second.upload()

print(first.url)
