"""The command line: `altrotation verify`, `watch`, `replay`, `claims`, `data`."""

import io
import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

EQUAL, DIFFERENT, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
INDENT = " " * 18

Archive = Annotated[
    Path | None, typer.Option(help="Folder of the raw archive; default is the embedded panel.")
]
OwnPanel = Annotated[
    Path | None,
    typer.Option(
        "--panel",
        help="Data of your own: a panel folder, or a CSV file with its series cards in a TOML file "
        "of the same name.",
    ),
]


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    del debug  # read by main, which sees errors that are raised before a command runs


@app.command()
def verify(
    archive: Archive = None,
    panel: OwnPanel = None,
    only: Annotated[list[str] | None, typer.Option(help="Judge this claim; repeatable.")] = None,
    claims: Annotated[Path | None, typer.Option(help="Folder of your own claim cards.")] = None,
    lock: Annotated[
        Path | None,
        typer.Option(
            help="Lock file to compare the verdicts with; default is that of the library, or of "
            "your own cards the file locks/embedded.toml (archive, panel) in their folder."
        ),
    ] = None,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Record the verdicts.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Folder for the HTML report.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="File for the numbers.")] = None,
) -> None:
    """Judge the claims; exit 0 if every verdict is as recorded, 1 if one differs, 2 if unusable.

    Each run is a look: card, data, day and verdict go into the ledger beside the lock, or into the
    state folder of the user for the library's own cards.
    """
    from altrotation.claims.lock import check_looks, check_own, compare, lock_path, write_lock
    from altrotation.claims.runner import verify as run_claims
    from altrotation.claims.study import load_study
    from altrotation.claims.trials import Ledger, record_trials
    from altrotation.data.atomic import atomic_write, check_writable
    from altrotation.errors import InputError

    cards, study = _chosen(claims, only), load_study(claims)
    if update_lock and only:
        raise InputError("`--update-lock` records a whole catalogue; leave out `--only`.")
    level = _level(archive, panel)
    recorded = lock or (claims / "locks" / f"{level}.toml" if claims else lock_path(level))
    ledger = Ledger(recorded)
    looked = ledger.read()
    if update_lock:
        check_own(recorded)
        check_writable(recorded, "--lock")
        check_writable(ledger.beside, "the ledger of the lock")
    elif lock is not None or recorded.exists():
        check_looks(recorded, looked)
    if json_file is not None:
        check_writable(json_file, "--json")
    if report is not None:
        check_writable(report / "report.html", "--report")
    data = _panel(archive, panel)
    kept: list[str] = []
    with _interruptible(kept):
        with _progress(len(cards), "claims") as bar:
            run = run_claims(
                data, cards, level=level, archive=archive, jobs=jobs, study=study,
                done=lambda _: bar.update(),
            )  # fmt: skip
        _record_look(ledger, run)
        kept.append("The looks are in the ledger.")
        run = replace(run, trials=ledger.read())
        _print_table(run)
        if json_file is not None:
            numbers = json.dumps(run.to_dict(), indent=2, allow_nan=False)
            atomic_write(json_file, f"{numbers}\n".encode())
            kept.append(f"Numbers: {json_file}")
            typer.echo(kept[-1])
        if report is not None:
            from altrotation.report import write_report

            kept.append(f"Report: {write_report(run, report, panel=data, jobs=jobs)}")
            typer.echo(kept[-1])
        if update_lock:
            record_trials(run, ledger.beside)  # a lock must never stand without its looks
            write_lock(run, recorded)
            typer.echo(f"Recorded {len(run.results)} verdicts in {recorded}.")
            raise typer.Exit(EQUAL)
    if not recorded.exists():
        raise typer.Exit(EQUAL)
    differences = compare(run, recorded, partial=bool(only))
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
    panel: OwnPanel = None,
) -> None:
    """Print the seven readings the commentaries tell traders to watch, each dated."""
    from altrotation.watch import watchlist

    typer.echo(str(watchlist(_panel(archive, panel), date)))


@app.command()
def replay(
    cycle: Annotated[str, typer.Argument(help="2016-2017, 2020-2021, 2024, 2025-2026 or full.")],
    strategy: Annotated[str, typer.Option(help="A ready-made strategy.")] = "confluence",
    archive: Annotated[
        Path | None,
        typer.Option(help="Folder of the raw archive: hold the coins of a tier one by one."),
    ] = None,
    panel: OwnPanel = None,
    report: Annotated[Path | None, typer.Option(help="Folder for the HTML tear sheet.")] = None,
) -> None:
    """Replay a strategy over a dated cycle, net of costs, beside honest benchmarks."""
    from altrotation.backtest.ready import ready_strategy
    from altrotation.backtest.study import replay_study
    from altrotation.data.atomic import check_writable

    chosen = ready_strategy(strategy)
    if report is not None:
        check_writable(report / "replay.html", "--report")
    _level(archive, panel)
    data = _panel(None, panel)
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
    with _interruptible([]):
        study = replay_study(
            chosen, data, cycle=cycle, coins=coins, universe=universe, most=timings
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
def describe_data(archive: Archive = None, panel: OwnPanel = None) -> None:
    """List the series of a data set with kind, unit, calendar, release lag and span."""
    data = _panel(archive, panel)
    typer.echo(f"{_level(archive, panel)}: {data!r}")
    typer.echo(data.describe().to_string())


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
    from altrotation.data.atomic import check_writable
    from altrotation.data.raw.archive import open_archive
    from altrotation.data.store import PANEL_FILE, write_panel
    from altrotation.derive import derive_panel

    check_writable(out / PANEL_FILE, "--out")
    panel = derive_panel(open_archive(archive))
    write_panel(panel, out)
    typer.echo(f"{out}: {panel!r}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error is one sentence and exit code 2."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another
    try:
        try:
            app(args=given)
        finally:
            sys.stdout.flush()
    except Exception as error:
        if "--debug" in given:
            raise
        _explain(error)
        sys.exit(UNUSABLE)


def _explain(error: Exception) -> None:
    """Print what went wrong: a sentence, or the traceback of what should not have happened."""
    if isinstance(error, AltrotationError):
        typer.echo(f"altrotation: {error} [{error.code}]", err=True)
    elif isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        if not isinstance(error, BrokenPipeError):  # whoever read has had enough
            typer.echo(f"altrotation: {place}{error.strerror or error}.", err=True)
        with suppress(OSError, ValueError):  # what is left of the output cannot be written either
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    elif isinstance(error, MemoryError):
        typer.echo("altrotation: The memory is used up; run with fewer --jobs.", err=True)
    else:
        traceback.print_exception(error)
        typer.echo("altrotation: This is a mistake of the program; please report it.", err=True)


@contextmanager
def _interruptible(kept: list[str]) -> Iterator[None]:
    """Say after an interrupt what of the work is kept."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Interrupted. {' '.join(kept) or 'Nothing was written.'}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _record_look(ledger: Any, run: Any) -> None:
    from altrotation.errors import InputError

    try:
        ledger.record(run)
    except InputError as error:
        typer.echo(f"This look is not counted: {error}", err=True)


def _chosen(folder: Path | None, only: list[str] | None) -> tuple[Any, ...]:
    from altrotation.claims.card import load_cards
    from altrotation.errors import InputError

    cards = load_cards(folder)
    known = {card.id: card for card in cards}
    for name in only or ():
        if name not in known:
            raise InputError(f"There is no claim {name!r}; the claims are {', '.join(known)}.")
    return tuple(known[name] for name in only) if only else cards


def _level(archive: Path | None, panel: Path | None) -> str:
    """Return what to call the data; raise InputError if the options name something else."""
    from altrotation.data.raw.checksums import SUMS_FILE
    from altrotation.data.store import CARD_FILE
    from altrotation.errors import InputError

    if archive is not None and panel is not None:
        raise InputError("`--archive` and `--panel` both name the data; leave one out.")
    if archive is not None:
        if (archive / CARD_FILE).is_file() and not (archive / SUMS_FILE).exists():
            raise InputError(
                f"{archive} is no raw archive but the folder of a panel; read it with --panel "
                f"{archive}."
            )
        return "archive"
    if panel is None:
        return "embedded"
    if (panel / SUMS_FILE).exists() and not (panel / CARD_FILE).exists():
        raise InputError(f"{panel} is no panel but a raw archive; read it with --archive {panel}.")
    return "panel"


def _panel(archive: Path | None, panel: Path | None) -> Any:
    level = _level(archive, panel)
    if panel is not None:
        return _own_panel(panel)
    if level == "embedded":
        from altrotation.data.bundled import load_reference

        return load_reference()
    from altrotation.data.raw.archive import open_archive
    from altrotation.derive import derive_panel

    return derive_panel(open_archive(archive))


def _own_panel(place: Path) -> Any:
    """Return the panel in a folder, or in a CSV file with a TOML file of cards beside it."""
    from altrotation.claims.parsing import build
    from altrotation.claims.tables import rows
    from altrotation.data.cards import SeriesCard
    from altrotation.data.csv import read_csv_panel
    from altrotation.data.store import read_panel
    from altrotation.data.toml import read_toml

    if not place.is_file():
        return read_panel(place)
    beside = place.with_suffix(".toml")
    found = rows(read_toml(beside), "series_cards")
    cards = [build(SeriesCard, row, f"{beside.name} series_cards") for row in found]
    return read_csv_panel(place, cards)


@contextmanager
def _progress(total: int, unit: str) -> Iterator[Any]:
    from tqdm import tqdm

    quiet = not sys.stderr.isatty() or bool(os.environ.get("CI"))
    with tqdm(total=total, unit=unit, disable=quiet, leave=False) as bar:
        yield bar


def _print_table(run: Any) -> None:
    typer.echo(f"Data: {run.level}, {run.data_hash}; {run.seconds:.1f} s")
    theme = None
    for result in run.results:
        if run.study.theme(result.card) != theme:
            theme = run.study.theme(result.card)
            typer.echo(f"\n{theme}")
        typer.echo(f"\n{result.card.id:4} {result.verdict.status:12} {result.card.title}")
        for text in (result.verdict.reason, *result.remarks):
            typer.echo(fill(text, 100, initial_indent=INDENT, subsequent_indent=INDENT))
    typer.echo("")
