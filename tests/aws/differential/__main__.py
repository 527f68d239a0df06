"""python3 tests/aws/differential SERVICE [REQUESTS [SEED]]: see README.md."""
import importlib
import os
import random
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [FOLDER, os.path.join(FOLDER, os.pardir, "clients")]

import support  # noqa: E402 (found by the path above)

PORTS = {"dynamodb": "FAASD_BENCH_DYNAMODB", "sqs": "FAASD_BENCH_SQS"}


def main(service, requests="2000", seed=None):
    ports = os.environ.get(PORTS[service])
    if not ports:
        raise SystemExit("%s names the port of the server to compare with, or several with commas between" % PORTS[service])
    seed = int(seed) if seed else random.randrange(10 ** 6)
    print("%s, seed %d" % (service, seed))
    daemon = support.Daemon()
    try:
        run = importlib.import_module(service).Run(int(daemon.url.rsplit(":", 1)[1]), [int(port) for port in ports.split(",")], seed)
        same = run.go(int(requests))
        if daemon.process.poll() is not None:
            raise SystemExit("the daemon ended:\n" + daemon.log())
    finally:
        daemon.stop()
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
