"""The command line: `altrotation verify`, `watch`, `replay`, `claims`, `data`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import Annotated, Any

import typer

from altrotation.errors import AltrotationError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Do altcoins outperform Bitcoin after a Russell 2000 breakout?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
claims_app = typer.Typer(help="The claim cards.", no_args_is_help=True)
data_app = typer.Typer(help="The data sets.", no_args_is_help=True)
app.add_typer(claims_app, name="claims")
app.add_typer(data_app, name="data")

EQUAL, DIFFERENT, UNUSABLE = 0, 1, 2
INDENT = " " * 18

Archive = Annotated[
    Path | None, typer.Option(help="Folder of the raw archive; default is the embedded panel.")
]


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    del debug  # read by main, which sees errors that are raised before a command runs


@app.command()
def verify(
    archive: Archive = None,
    only: Annotated[list[str] | None, typer.Option(help="Judge this claim; repeatable.")] = None,
    claims: Annotated[Path | None, typer.Option(help="Folder of your own claim cards.")] = None,
    lock: Annotated[
        Path | None, typer.Option(help="Lock file to compare the verdicts with.")
    ] = None,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Record the verdicts.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Folder for the HTML report.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="File for the numbers.")] = None,
) -> None:
    """Judge the claims; exit 0 if every verdict is as recorded, 1 if one differs, 2 if unusable."""
    from altrotation.claims.lock import compare, lock_path, write_lock
    from altrotation.claims.runner import verify as run_claims
    from altrotation.claims.trials import read_trials, record_trials, trials_path
    from altrotation.data.atomic import atomic_write
    from altrotation.errors import InputError

    cards = _chosen(claims, only)
    if update_lock and only:
        raise InputError("`--update-lock` records a whole catalogue; leave out `--only`.")
    panel, level = _panel(archive)
    with _progress(len(cards), "claims") as bar:
        run = run_claims(
            panel, cards, level=level, archive=archive, jobs=jobs, done=lambda _: bar.update()
        )
    recorded = lock or (lock_path(level) if claims is None else None)
    if recorded is not None:
        run = replace(run, trials=read_trials(trials_path(recorded)))
    _print_table(run)
    if json_file is not None:
        atomic_write(json_file, (json.dumps(run.to_dict(), indent=2) + "\n").encode())
        typer.echo(f"Numbers: {json_file}")
    if report is not None:
        from altrotation.report import write_report

        typer.echo(f"Report: {write_report(run, report, panel=panel, jobs=jobs)}")
    if recorded is None:
        raise typer.Exit(EQUAL)
    if update_lock:
        write_lock(run, recorded)
        record_trials(run, trials_path(recorded))
        typer.echo(f"Recorded {len(run.results)} verdicts in {recorded}.")
        raise typer.Exit(EQUAL)
    differences = compare(run, recorded)
    failing = [each for each in differences if not each.excused]
    for difference in failing:
        typer.echo(f"Differs from the lock: {difference}", err=True)
    for difference in differences:
        if difference.excused:
            typer.echo(f"New since the lock: {difference}; record it with --update-lock.")
    if not differences:
        typer.echo(f"Every verdict is as recorded in {recorded.name}.")
    raise typer.Exit(DIFFERENT if failing else EQUAL)


@app.command()
def watch(
    date: Annotated[str | None, typer.Option(help="Day to read at; default is the last.")] = None,
    archive: Archive = None,
) -> None:
    """Print the seven readings the commentaries tell traders to watch, each dated."""
    from altrotation.watch import watchlist

    panel, _ = _panel(archive)
    typer.echo(str(watchlist(panel, date)))


@app.command()
def replay(
    cycle: Annotated[str, typer.Argument(help="2016-2017, 2020-2021, 2024, 2025-2026 or full.")],
    strategy: Annotated[str, typer.Option(help="A ready-made strategy.")] = "confluence",
    archive: Annotated[
        Path | None,
        typer.Option(help="Folder of the raw archive: hold the coins of a tier one by one."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Folder for the HTML tear sheet.")] = None,
) -> None:
    """Replay a strategy over a dated cycle, net of costs, beside honest benchmarks."""
    from altrotation.backtest.ready import ready_strategy
    from altrotation.backtest.study import replay_study
    from altrotation.data.bundled import load_reference

    chosen = ready_strategy(strategy)
    coins = universe = None
    timings = 1000
    if archive is not None:
        from altrotation.data.coins.table import load_coins
        from altrotation.data.coins.universe import load_universe
        from altrotation.data.raw.archive import open_archive

        held = open_archive(archive)
        coins = load_coins(held)
        universe = load_universe(held, coins)
        timings = 100  # coin by coin each takes as long as a replay
    study = replay_study(
        chosen, load_reference(), cycle=cycle, coins=coins, universe=universe, most=timings
    )
    typer.echo(study.text())
    if report is not None:
        from altrotation.report import write_sheet

        typer.echo(f"\nTear sheet: {write_sheet(study, report)}")


@claims_app.command("list")
def list_claims(
    claims: Annotated[Path | None, typer.Option(help="Folder of your own claim cards.")] = None,
) -> None:
    """List the claims."""
    for card in _chosen(claims, None):
        typer.echo(f"{card.id:4} {card.kind:6} {card.title}")


@claims_app.command("show")
def show_claim(
    name: Annotated[str, typer.Argument(metavar="ID", help="For example A1.")],
    claims: Annotated[Path | None, typer.Option(help="Folder of your own claim cards.")] = None,
) -> None:
    """Show one claim card."""
    (card,) = _chosen(claims, [name])
    rows = {
        "claim": f"{card.id}: {card.title}",
        "statement": card.statement,
        "source": f"{card.source}, {card.source_date}",
        "null": card.null,
        "alternative": card.alternative,
        "estimand": card.estimand,
        "of interest": f"{card.smallest_effect} {card.unit}" if card.kind == "event" else "",
        "family": card.family,
        "note": card.note,
        "reads": ", ".join(card.needs),
        "variants": "; ".join(variant.name for variant in card.variants),
        "facts": "; ".join(fact.text for fact in card.facts),
        "digest": card.digest,
    }
    for key, value in rows.items():
        if value:
            typer.echo(f"{key:12} {value}")


@data_app.command("describe")
def describe_data(archive: Archive = None) -> None:
    """List the series of a data set with kind, unit, calendar, release lag and span."""
    panel, level = _panel(archive)
    typer.echo(f"{level}: {panel!r}")
    typer.echo(panel.describe().to_string())


@data_app.command("check")
def check_data(archive: Archive = None) -> None:
    """Check hashes, keys and ranges; with an archive, report the quality of every table."""
    if archive is None and "ALTROTATION_ARCHIVE" not in os.environ:
        from altrotation.data.bundled import load_reference

        typer.echo(f"The embedded panel is as published: {load_reference()!r}")
        return
    from altrotation.data.raw.archive import open_archive
    from altrotation.data.raw.quality import quality_report

    typer.echo(quality_report(open_archive(archive)).to_string())


@data_app.command("build")
def build_data(
    archive: Annotated[Path | None, typer.Option(help="Folder of the raw archive.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write the panel to.")] = Path("build/panel"),
) -> None:
    """Derive the panel from a raw archive and write it with its cards."""
    from altrotation.data.raw.archive import open_archive
    from altrotation.data.store import write_panel
    from altrotation.derive import derive_panel

    panel = derive_panel(open_archive(archive))
    write_panel(panel, out)
    typer.echo(f"{out}: {panel!r}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error is one sentence and exit code 2."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=given)
    except AltrotationError as error:
        if "--debug" in given:
            raise
        typer.echo(f"altrotation: {error} [{error.code}]", err=True)
        sys.exit(UNUSABLE)


def _chosen(folder: Path | None, only: list[str] | None) -> tuple[Any, ...]:
    from altrotation.claims.card import load_cards
    from altrotation.errors import InputError

    cards = load_cards(folder)
    known = {card.id: card for card in cards}
    for name in only or ():
        if name not in known:
            raise InputError(f"There is no claim {name!r}; the claims are {', '.join(known)}.")
    return tuple(known[name] for name in only) if only else cards


def _panel(archive: Path | None) -> tuple[Any, str]:
    if archive is None:
        from altrotation.data.bundled import load_reference

        return load_reference(), "embedded"
    from altrotation.data.raw.archive import open_archive
    from altrotation.derive import derive_panel

    return derive_panel(open_archive(archive)), "archive"


@contextmanager
def _progress(total: int, unit: str) -> Iterator[Any]:
    from tqdm import tqdm

    quiet = not sys.stderr.isatty() or bool(os.environ.get("CI"))
    with tqdm(total=total, unit=unit, disable=quiet, leave=False) as bar:
        yield bar


def _print_table(run: Any) -> None:
    from altrotation.claims.card import THEMES

    typer.echo(f"Data: {run.level}, {run.data_hash}; {run.seconds:.1f} s")
    theme = None
    for result in run.results:
        if result.card.theme != theme:
            theme = result.card.theme
            typer.echo(f"\n{THEMES.get(theme, 'Other statements')}")
        typer.echo(f"\n{result.card.id:4} {result.verdict.status:12} {result.card.title}")
        typer.echo(
            fill(result.verdict.reason, 100, initial_indent=INDENT, subsequent_indent=INDENT)
        )
    typer.echo("")
