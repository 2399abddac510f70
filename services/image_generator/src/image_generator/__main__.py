"""Start the generator; SIGTERM or SIGINT ends it."""

from __future__ import annotations

import logging
import os
import random
import signal
import sys
import threading

from image_generator.generator import Generator
from image_generator.settings import Settings

log = logging.getLogger("image_generator")


def main() -> int:
    """Run until told to stop; 2 when the environment or the folder of films is not as it should be."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        generator = Generator(Settings.from_environment(os.environ), stop, random.Random())
    except KeyError as error:
        log.error("the environment lacks the variable %s", error)
        return 2
    except (ValueError, FileNotFoundError) as error:
        log.error("%s", error)
        return 2
    generator.run()
    log.info("stopped after %d films", generator.sent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
