"""The budgets of the Rust crate, and whether they are met."""

from .budgets import Verdict, geometric_mean

MINE, PEER = "weakly", "weak-table in a Mutex"
BY_VALUE = ("values", "keys", "set")
#: From as many entries on, the cache decides.
LARGE = 1_000_000
#: Where malloc's smallest class for an object of ours with 8 bytes is one more than for an `Arc`.
CROWDED = (50_000, 100_000)


def verdicts(result):
    """The verdict on every budget, for the result of the Rust benches."""
    times = {
        (each["kind"], each["operation"], each["contender"], each["size"]): each["ns"]
        for each in result["operations"]
    }
    yield from lookups(times)
    yield from churns(times)
    yield slowest_step(result["steps"])
    yield from memory(result["memory"])
    yield from one_thread(times)
    yield from owners(times)
    yield from threads(result["threads"])


def lookups(times):
    """By value and by identity."""
    by_value = compared(times, BY_VALUE, ("get", "miss"))

    def is_crowded(where):
        kind, operation, size = where
        return kind == "values" and operation == "get" and size in CROWDED

    yield verdict("lookup by value, hit and miss", 1.05, by_value, lambda it: not is_crowded(it))
    yield verdict("lookup of an 8-byte value at 50,000 and 100,000", 1.3, by_value, is_crowded)
    by_identity = compared(times, ["set by identity"], ["get"])
    yield verdict("lookup by identity", 0.35, by_identity)


def churns(times):
    """Insertions and deaths."""
    kinds = (*BY_VALUE, "set by identity")
    yield verdict("churn, the oldest dies", 0.9, compared(times, kinds, ["churn"]))
    random = compared(times, kinds, ["random deaths"])
    yield verdict("churn, any one dies", 1.0, random, lambda it: it[-1] < LARGE)
    yield verdict("churn, any one dies, at 1,000,000", 1.3, random, lambda it: it[-1] >= LARGE)
    yield verdict("build from empty", 1.1, compared(times, kinds, ["build"]))


def one_thread(times):
    """The containers of one thread."""
    mine, peer = "weakly::local", "weak-table in a RefCell"
    kinds = [f"{kind} of one thread" for kind in (*BY_VALUE, "set by identity")]
    for text, bound, operations in (
        ("one thread: lookup, hit and miss", 1.5, ("get", "miss")),
        ("one thread: churn, the oldest dies", 0.8, ["churn"]),
    ):
        ratios = compared(times, kinds, operations, mine, peer)
        yield verdict(text, bound, ratios, against=peer)


def slowest_step(records):
    """The slowest step above the machine's noise, in milliseconds."""
    slowest = {(each["contender"], each["size"]): each["slowest_ns"] / 1e6 for each in records}
    found = {
        size: max(0, slowest[MINE, size] - slowest.get(("no container", size), 0))
        for contender, size in slowest
        if contender == MINE
    }
    size = max(found, key=found.get)
    return Verdict(
        f"slowest of {records[0]['steps']:,} steps of churn, above the machine's noise",
        "≤ 1 ms",
        "",
        f"{found[size]:.2f} ms ({size:,} entries)",
        found[size] <= 1,
    )


def memory(records):
    """Bytes per entry with its object, as asked for: at rest and at the peak of churn."""

    def ratios(kinds, when):
        asked = {(each["kind"], each["contender"], each["size"]): each[when][0] for each in records}
        return {
            (kind, size): mine / asked[kind, "weak-table", size]
            for (kind, contender, size), mine in asked.items()
            if kind in kinds and contender == MINE
        }

    against = "weak-table"
    rest, churn = "an entry with its object, at rest", "the same at the peak of churn"
    yield verdict(f"{rest}: keys, sets", 1.2, ratios(("keys", "set"), "live"), against=against)
    yield verdict(f"{rest}: values", 1.4, ratios(["values"], "live"), against=against)
    yield verdict(churn, 0.6, ratios(BY_VALUE, "churn_peak"), against=against)


def owners(times):
    """What costs nothing beside `Arc`."""
    for operation, mine, other in (
        ("new and drop", "Strong", "Arc"),
        ("upgrade and drop", "WeakRef", "std Weak"),
    ):
        at = ("owner", operation, mine, 1)
        ratio = {(mine,): times[at] / times["owner", operation, other, 1]} if at in times else {}
        yield verdict(f"`{mine}`: {operation}", 1.05, ratio, against=f"`{other}`")


def threads(records):
    """Two threads, on one container and on two. A ratio is the peer's rate by ours."""
    rates = {(each["kind"], each["operation"], each["contender"]): each for each in records}
    mine = {key[:2]: each for key, each in rates.items() if key[2] == MINE}

    def ratios(peer, setting):
        return {
            key: rates[(*key, peer)][setting] / each[setting]
            for key, each in mine.items()
            if (*key, peer) in rates and setting in each
        }

    peer = "HashMap by hand in a Mutex"
    yield verdict("two threads on one container", 1, ratios(peer, "two_on_one"), against=peer)
    alone = {
        key: 2 * each["one"] / each["two_on_two"]
        for key, each in mine.items()
        if "two_on_two" in each
    }
    yield verdict("two threads on two containers", 1.1, alone, against="two alone")


def compared(times, kinds, operations, mine=MINE, peer=PEER):
    """Ratios to the peer, by kind, operation and size."""
    return {
        (kind, operation, size): time / times[kind, operation, peer, size]
        for (kind, operation, contender, size), time in times.items()
        if kind in kinds and operation in operations and contender == mine
    }


def verdict(text, bound, ratios, belongs=lambda where: True, against=PEER):
    """What was measured for one budget, a bound on ratios of times or bytes."""
    chosen = {where: ratio for where, ratio in ratios.items() if belongs(where)}
    if not chosen:
        return Verdict(text, f"≤ {bound:g} × {against}", "", "not measured", False)
    worst = max(chosen, key=chosen.get)
    return Verdict(
        text,
        f"≤ {bound:g} × {against}",
        f"{geometric_mean(chosen.values()):.2f}",
        f"{chosen[worst]:.2f} ({', '.join(map(shown, worst))})",
        chosen[worst] <= bound,
    )


def shown(part):
    """A part of what tells where a ratio was found."""
    return f"{part:,}" if isinstance(part, int) else part
