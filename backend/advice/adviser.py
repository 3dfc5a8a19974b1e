"""Client of an operator's own language model behind an OpenAI-compatible address."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx

from backend.advice.advice import Advice, NoAdvice, Question, advice_in, request_of
from backend.settings import settings

BUDGET_SECONDS = 3.0  # for waiting behind others and the whole answer
MOST_BYTES = 64 * 1024
_AT_ONCE = 2


class Adviser:
    """Asks one model; at most two questions at once."""

    def __init__(self, url: str, model: str, key: str = "") -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="advice")

    def ask(self, question: Question) -> Advice:
        """Advice within the time budget. Raises NoAdvice."""
        deadline = time.monotonic() + BUDGET_SECONDS
        asking = self._threads.submit(self._ask, question, deadline)
        try:
            return asking.result(timeout=BUDGET_SECONDS)
        except TimeoutError:
            asking.cancel()
            raise NoAdvice("slow") from None

    def _ask(self, question: Question, deadline: float) -> Advice:
        content = bytearray()
        try:
            with (
                httpx.Client(timeout=BUDGET_SECONDS, trust_env=False) as client,
                client.stream(
                    "POST",
                    self._url,
                    json=request_of(question, self._model),
                    headers=self._headers,
                ) as response,
            ):
                response.raise_for_status()
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > MOST_BYTES or time.monotonic() > deadline:
                        raise NoAdvice("too long or too late")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAdvice(type(error).__name__) from None
        return advice_in(bytes(content), question)


@cache
def adviser() -> Adviser | None:
    """The process's adviser; None without `MINHU_LLM_URL`."""
    its = settings()
    if its.llm_url is None:
        return None
    key = its.llm_key.get_secret_value() if its.llm_key else ""
    return Adviser(its.llm_url, its.llm_model, key)
