"""The same calls from a loop that remembers nothing: what a send costs at least. engine_bare.py MESSAGES THREADS"""

import sys
import threading
import time
from itertools import count

from benchmarks.engine_work import PAYLOAD, send, sms


def main(messages: int, threads: int) -> None:
    numbers = count(1)
    sms()

    def loop() -> None:
        while (number := next(numbers)) <= messages:
            send(number, PAYLOAD)

    workers = [threading.Thread(target=loop) for _ in range(threads)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    time.sleep(600)  # until the measuring process has looked at what it cost


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
