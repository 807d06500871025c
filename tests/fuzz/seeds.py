#!/usr/bin/env python3
"""Writes the fuzzers' first inputs, made from tests/data/da: `seeds.py DIRECTORY`, one folder per fuzzer."""
import base64
import json
import pathlib
import sys

data = pathlib.Path(__file__).resolve().parent.parent / "data" / "da"
out = pathlib.Path(sys.argv[1])


def write(fuzzer, name, content):
    folder = out / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


for file in sorted(data.rglob("*")):
    if not file.is_file():
        continue
    content = file.read_bytes()
    if file.suffix in (".b64", ".obk", ".bin", ".pem"):
        write("document", file.name, content)
    if file.suffix == ".obk":
        write("obk", file.name, content)
    if file.suffix == ".b64":
        write("chain", file.name, content)
        try:
            raw = base64.b64decode(content, validate=False)
        except ValueError:
            continue
        write("chain", file.stem + ".raw", raw)
        write("tlv", file.stem, raw)
    if file.suffix == ".pem":  # the same keys in DER
        body = b"".join(line for line in content.splitlines() if b"-----" not in line)
        write("document", file.stem + ".der", base64.b64decode(body))

for file in sorted((data / "transcripts").glob("*.json")):
    turns = json.loads(file.read_text())
    device = [[int(word, 16) for word in turn["words"]] for turn in turns if turn["dir"] != "host"]
    packets = [b"".join(word.to_bytes(4, "little") for word in words) for words in device]
    discovery = packets[1][8:]  # after the opening word: the answer to the first request
    write("discovery", file.stem, discovery)
    write("tlv", file.stem + ".discovery", discovery)
    words = b"".join(b"\0" + word.to_bytes(4, "little") for words in device for word in words)
    for choices in range(8):
        write("mailbox", f"{file.stem}.{choices}", bytes([choices]) + words)

for name, elements in {
    "certificate": '<File><Name>key</Name><Value>Keys/key_1_root.pem</Value><KeyType>ecdsa-p256</KeyType><Type>Public</Type></File>',
    "password": '<Text><Name>password</Name><Value>synthetic-pass</Value><MinWidth>4</MinWidth><Width>16</Width></Text>',
}.items():
    write("xml", name, f"""<?xml version="1.0" encoding="UTF-8"?>
<Root><Obdata><Info><Title>DA</Title><ObDestAddress>0x0FFD0100</ObDestAddress><DoEncryption>1</DoEncryption>
<GlobalAlign>16</GlobalAlign></Info><Hash/><DA/>{elements}
<Permission><Value>0x5077</Value><Width>4</Width></Permission>
<Output><Value>out.obk</Value></Output></Obdata></Root>
""".encode())
