"""Writes a bill of materials (CycloneDX 1.6, JSON) for each locked file: `make sbom`.

    python3 requirements/sbom.py FOLDER

The same locks give the same files: there is no time and no random number in them.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

HERE = Path(__file__).parent
LOCKS = ("app", "tools", "rasa", "speech", "meaning", "speak", "dev")
PACKAGE = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """The packages of a compiled lock, in its order. Raises ValueError for one without a hash."""
    starts = list(PACKAGE.finditer(lock))
    ends = [start.start() for start in starts[1:]] + [len(lock)]
    return [
        _component(start[1], start[2].rstrip("\\"), HASH.findall(lock[start.end() : end]))
        for start, end in zip(starts, ends, strict=True)
    ]


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    if not hashes:
        raise ValueError(f"{name} has no hash")
    address = f"pkg:pypi/{re.sub('[-_.]+', '-', name).lower()}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        # One for each file of the release: a machine installs the file that fits it.
        "properties": [{"name": "minhu:sha256", "value": value} for value in sorted(hashes)],
    }


def bill(name: str, lock: str, version: str) -> dict[str, Any]:
    parts = components(lock)
    number = UUID(bytes=hashlib.sha256(lock.encode()).digest()[:16], version=4)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"minhu-{name}",
                "name": f"minhu ({name})",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
        "dependencies": [
            {"ref": f"minhu-{name}", "dependsOn": [part["bom-ref"] for part in parts]}
        ],
    }


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    source = (HERE.parent / "bot" / "__init__.py").read_text("utf-8")
    version = source.split('__version__ = "')[1].split('"')[0]
    for name in LOCKS:
        written = bill(name, (HERE / f"{name}.txt").read_text("utf-8"), version)
        text = json.dumps(written, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.cdx.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
