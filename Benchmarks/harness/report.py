"""summary.md: the machine, one table, and how to read it."""

VERDICTS = {True: "met", False: "MISSED", None: ""}


def table(rows):
    lines = [
        "| figure | hub | nginx | hub / nginx | target | verdict | note |",
        "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = (row.figure, row.hub, row.nginx, row.compared, row.target, VERDICTS[row.met], row.note)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def summary(rows, facts, seconds):
    missed = [row.figure for row in rows if row.met is False]
    judged = [row for row in rows if row.met is not None]
    return "\n".join([
        f"# Benchmark of {facts['hub']} at {facts['commit']}", "",
        f"{len(judged) - len(missed)} of {len(judged)} targets met. The run took {seconds:.0f} s.", "",
        table(rows), "",
        "Figures are medians over rounds (lowest to highest); ratios are taken within a round, hub and",
        "nginx one after the other. The client has a core of its own, the servers share the others; on two",
        "cores provider and client share one. Samples: `samples.jsonl`.", "",
        "| machine | |", "| --- | --- |",
        *(f"| {name.replace('_', ' ')} | {value} |" for name, value in facts.items()), ""])
