"""`python -m tests.fuzz`: random steps on weakly and the standard module, compared after each.

Says which seed it begins with; a difference is told with the shortest steps that show it, and how to
take them again.
"""

import argparse
import ast
import faulthandler
import sys
import time

from . import game, stress


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1000)
    parser.add_argument("--length", type=int, default=150, help="steps of a game")
    parser.add_argument("--games", type=int, help="play as many instead of as long")
    parser.add_argument(
        "--stress", choices=stress.KINDS, help="one module alone, in bad conditions"
    )
    parser.add_argument(
        "--world", choices=["weakly", "stock"], default="weakly", help="of --stress"
    )
    parser.add_argument("--steps", type=ast.literal_eval, help="take these steps and no others")
    options = parser.parse_args()
    faulthandler.enable()
    sys.unraisablehook = lambda error: None  # of callbacks that fail when a game is over
    play = game.play if options.stress is None else stress.KINDS[options.stress](options.world).play
    if options.steps:
        play(options.steps, print)
        return print("no difference")
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"CPython {version}, seed {options.seed}", flush=True)
    games, until = 0, time.monotonic() + options.seconds
    while games < options.games if options.games else time.monotonic() < until:
        steps = game.steps(options.seed + games, options.length)
        try:
            play(steps)
        except game.Difference as difference:
            print(f"seed {options.seed + games}, step {difference.position}: {difference}")
            if options.stress is None:
                steps = game.shrink(steps[: difference.position + 1])
                print(f"in {len(steps)} steps: {game.difference_of(steps)}")
                print(f'again: python -m tests.fuzz --steps "{steps}"')
            sys.exit(1)
        games += 1
    print(f"{games * options.length} steps, no difference")


if __name__ == "__main__":
    main()
