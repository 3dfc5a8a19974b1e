"""The child process that decodes one file: the file on stdin, the result on stdout.

python -m backend.attachments.decoder turn < photo.jpg > upright.jpg
"""

import sys

from nlu.confinement import confine

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
TOO_LARGE, UNSUPPORTED = 3, 4  # exit codes


def main() -> int:
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    # The libraries are loaded after the limits are set.
    from backend.attachments import photos
    from backend.errors import TooLarge, UnsupportedMedia
    from nlu.speech.decode import has_pictures

    content = sys.stdin.buffer.read()
    try:
        match sys.argv[1]:
            case "turn":
                result = photos.turned(content)
            case "jpeg":
                result = photos.as_jpeg(content)
            case "pictures":
                result = b"1" if has_pictures(content) else b""
    except TooLarge:
        return TOO_LARGE
    except (UnsupportedMedia, MemoryError):
        return UNSUPPORTED
    sys.stdout.buffer.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
