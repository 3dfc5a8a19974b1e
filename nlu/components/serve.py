"""Rasa as a parse server: `python -m nlu.components.serve MODEL PORT [HOST]`, by default loopback.

`rasa run` takes the token as an argument, which every local user can read. This module takes it
from the environment. No channel is open; the app calls `POST /model/parse`. Rasa is imported when
the model is known: only a model with a neural component gets TensorFlow.
"""

import logging
import os
import sys
from functools import partial

from nlu.components import without_tensorflow

TOKEN = "MINHU_RASA_TOKEN"  # noqa: S105  (the name of a setting)


def main(model: str, port: int, host: str = "127.0.0.1") -> None:
    """Serve the model archive at path `model` until the process is stopped."""
    if without_tensorflow.is_light(model):
        without_tensorflow.install()
    from rasa.core.run import close_resources, configure_app, load_agent_on_start
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(log_level=logging.WARNING)
    configure_structlog(logging.WARNING)  # at DEBUG it would log what residents write
    app = configure_app([], auth_token=os.environ[TOKEN], port=port, use_uvloop=False)
    app.register_listener(partial(load_agent_on_start, model, None, None), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.run(host=host, port=port, workers=1, access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
