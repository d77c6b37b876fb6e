"""The report: whole, self-contained, escaped, the same for the same run, and never half-written."""

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.card import ClaimCard
from altrotation.claims.results import CatalogueRun, ClaimResult, Fact, Verdict
from altrotation.claims.specs import EventsSpec, StudySpec, Variant
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.plot import style
from altrotation.report import render_report, write_report
from altrotation.report.svg import to_svg
from altrotation.report.tables import table_of
from altrotation.report.words import amount, answer, at_placebo_dates, span
from tests.unit.html_page import Page, require_alone, require_outline, require_targets
from tests.unit.plot_fakes import FakeStudy, panel

RUN = RunInfo(2026, "feedfacecafebeef", (("numpy", "2.4"),))
HOSTILE = "<script>alert('x')</script> & \"quotes\" <img src=http://evil.example/x.png onerror=x>"


def event_card(name="A1", **changes):
    events = EventsSpec(series="RUT", start="2014-01-01", end="2026-04-21")
    study = StudySpec(
        outcomes=("ETH/BTC", "large/BTC", "mid/BTC", "small/BTC"),
        primary="mid/BTC",
        horizon=60,
        horizons=(20, 60, 90, 120),
        start="2014-01-01",
        end="2026-04-21",
    )
    fields = {
        "id": name,
        "title": "Altcoins beat Bitcoin after breakouts",
        "statement": "A breakout precedes altcoin outperformance.",
        "source": "A commentary",
        "source_date": "2026-06-23",
        "kind": "event",
        "seed": 2026,
        "null": "as elsewhere",
        "alternative": "higher",
        "estimand": "mean over 60 days",
        "unit": "log points",
        "smallest_effect": 0.05,
        "family": "4 tiers x 4 horizons",
        "events": events,
        "study": study,
        "variants": (Variant(name="other", role="specification", events=events, study=study),),
        "digest": "0011223344556677",
    }
    return ClaimCard(**(fields | changes))


def event_result(name="A1", status="undecided", **changes):
    study = FakeStudy()
    tables = [
        study.table.reset_index().assign(
            variant=variant, role=role, judged=study.table.index == ("mid/BTC", 60)
        )
        for variant, role in (("primary", "primary"), ("other", "specification"))
    ]
    return ClaimResult(
        card=event_card(name, **changes),
        verdict=Verdict(status, "-0.015 log points [-0.145, +0.110], 6 events."),
        run=RUN,
        evidence=(study.evidence("mid/BTC", 60),),
        table=pd.concat(tables),
        study=study,
        share_with_sign=0.5,
        specifications=32,
    )


def fact_result(name="B1", **changes):
    card = ClaimCard(
        id=name,
        title=changes.get("title", "ETH/BTC rose"),
        statement=changes.get("statement", "ETH/BTC rose from 0.020."),
        source=changes.get("source", "A commentary"),
        source_date="2026-06-23",
        kind="fact",
        seed=2026,
    )
    facts = (
        Fact(text="It rose.", primary=True, measured=-0.25, expected="above 0", holds=False),
        Fact(
            text=changes.get("text", "On a day."),
            primary=False,
            measured=pd.Timestamp("2021-05-15"),
            expected="on 2021-05-15",
            holds=True,
            place=0.4,
        ),
    )
    return ClaimResult(card=card, verdict=Verdict("refuted", "It fell."), run=RUN, facts=facts)


def untestable():
    return ClaimResult(
        card=event_card("C4"),
        verdict=Verdict("untestable", "The panel has no series 'mid.volume'."),
        run=RUN,
    )


def catalogue(*results):
    return CatalogueRun(
        results=results or (event_result(), fact_result(), untestable()),
        level="embedded panel v1",
        data_hash="0123456789abcdef",
        versions=(("python", "3.11"), ("altrotation", "0.1.0")),
        seconds=1.25,
    )


@pytest.fixture(scope="module")
def text():
    return render_report(catalogue(), panel=panel())


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


# -- the file ------------------------------------------------------------------------------------


def test_every_inner_link_and_reference_has_a_target(page, text):
    require_targets(page, text)


def test_nothing_is_loaded_and_nothing_runs(page, text):
    require_alone(page, text)


def test_same_run_same_text(text):
    slower = replace(catalogue(), seconds=99.0)
    assert render_report(slower, panel=panel()) == text


def test_size_of_a_claim_is_bounded(text):
    assert len(text.encode()) < 600_000  # a catalogue of nine stays under 3 MB


def test_hostile_words_stay_words():
    hostile = catalogue(
        event_result(title=HOSTILE, statement=HOSTILE, source=HOSTILE, note=HOSTILE),
        fact_result(title=HOSTILE, statement=HOSTILE, text=HOSTILE),
    )
    written = render_report(hostile)
    assert "<script" not in written
    assert "<img" not in written
    parsed = Page(written)
    assert "".join(parsed.text).count("<script>alert('x')</script>") >= 6
    assert not parsed.of("img", "script")


def test_report_is_written_whole(tmp_path):
    run = catalogue(fact_result(), untestable())
    path = write_report(run, tmp_path / "new" / "folder", panel=panel())
    assert path == tmp_path / "new" / "folder" / "report.html"
    assert path.read_text(encoding="utf-8") == render_report(run, panel=panel())
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]


def test_interrupted_write_leaves_the_old_report(tmp_path, monkeypatch):
    path = write_report(catalogue(untestable()), tmp_path)
    before = path.read_bytes()

    def torn(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", torn)
    monkeypatch.setattr(os, "replace", torn)
    with pytest.raises(Exception, match="no space left"):
        write_report(catalogue(fact_result()), tmp_path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]


# -- what it says --------------------------------------------------------------------------------


def test_verdicts_are_grouped_by_theme_in_order(page):
    words = " ".join(" ".join(page.text).split())
    titles = ("A. Does the Russell lead?", "B. ETH/BTC as confirmation", "C. Dominance and")
    places = [words.index(title) for title in titles]
    assert places == sorted(places)
    assert "D. What invalidates it" not in words


def test_estimate_comes_with_interval_p_and_power(text):
    evidence = FakeStudy().evidence("mid/BTC", 60)
    row = text[text.index('<tbody role="rowgroup">') : text.index('<dl class="legend">')]
    assert f"{abs(evidence.estimate):.3f}" in row
    assert f"{abs(evidence.interval.low):.3f}" in row
    assert "0.620" in row  # adjusted p
    assert "0.0003" in row  # smallest attainable
    assert "6.0 effective" in row
    assert "0.266" in row  # minimum detectable effect


def test_a_study_beside_the_judged_cell_lends_it_no_numbers():
    study, cell = FakeStudy(), {"outcome": "leads", "horizon": 20, "variant": "primary"}
    beside = replace(event_result(), table=pd.DataFrame([{**cell, "judged": True}]))
    own = replace(
        beside,
        table=pd.DataFrame([{**cell, "judged": True, "null_mean": 0.5, "relabel_floor": 0.1}]),
    )
    assert beside.study is not None
    assert at_placebo_dates(beside) is None
    assert at_placebo_dates(own) == 0.5
    expected = study.table.loc[("mid/BTC", 60), "null_mean"]
    assert at_placebo_dates(event_result()) == expected
    words = render_report(catalogue(beside))
    row = words[words.index('<tbody role="rowgroup">') : words.index('<dl class="legend">')]
    assert "by signs" not in row
    assert "0.100 by labels" in render_report(catalogue(own))
    signed = replace(own, table=own.table.rename(columns={"relabel_floor": "sign_flip_floor"}))
    assert "0.100 by signs" in render_report(catalogue(signed))


def test_an_interval_names_its_unit_once():
    assert span(-0.1, 0.2, "log points") == (
        f"{amount(-0.1, 'log points')} to {amount(0.2, 'log points')}"
    )
    assert span(-0.1, 0.2, "correlation") == "\u22120.100 to +0.200 correlation"


def test_what_was_fixed_beforehand_and_provenance_are_shown(page):
    words = " ".join(" ".join(page.text).split())
    for part in (
        "Written before the result was read",
        "smallest effect of interest 0.05",
        "0011223344556677",
        "seed 2026",
        "feedfacecafebeef",
        "0123456789abcdef",
        "altrotation 0.1.0",
        "two sources agree against it",
        "Months with prices for under 80 % of a tier",
        "no advice to buy or sell",
    ):
        assert part in words, part


def test_coverage_run_names_its_first_and_last_month(page):
    words = " ".join(" ".join(page.text).split())
    assert "mid 2019-01 2019-06 6 72 %" in words


def test_pictures_are_described_and_drawn_for_both_widths(page):
    pictures = [attrs for attrs in page.of("svg") if attrs.get("role") == "img"]
    assert all(attrs["aria-label"] for attrs in pictures)
    wide = [attrs for attrs in pictures if attrs["viewbox"].startswith("0 0 518.4")]
    narrow = [attrs for attrs in pictures if attrs["viewbox"].startswith("0 0 259.2")]
    assert len(wide) == len(narrow) >= 6


def test_headings_do_not_skip_a_level_and_tables_have_scopes(page):
    require_outline(page)


def test_report_without_a_panel_has_no_pictures_of_prices():
    parsed = Page(render_report(catalogue(fact_result())))
    assert not parsed.of("figure")
    assert "Ledger" not in " ".join(parsed.text)


def test_empty_run_still_makes_a_page():
    run = CatalogueRun(results=(), level="nothing", data_hash="0" * 16)
    assert "0 statements judged" in " ".join(Page(render_report(run)).text)


@pytest.mark.parametrize(
    ("status", "start"),
    [
        ("supported", "On this sample the answer is yes"),
        ("contradicted", "On this sample no: a gain worth having is ruled out."),
        ("undecided", "The sample cannot say."),
    ],
)
def test_answer_begins_with_the_headline_claim(status, start):
    sentences = answer((fact_result(), event_result(status=status)))
    assert sentences[0].startswith(start)
    assert "6 breakouts" in sentences[1]
    assert "adjusted p is 0.620" in sentences[1].replace("\u00a0", " ")
    assert sentences[-2] == f"Of 1 statement about effects: 1 {status}."
    assert sentences[-1] == "Of 1 statement of fact: 1 refuted."
    # a contradiction at adjusted p .62 must not read as harm
    assert any("does not say that breakouts hurt" in s for s in sentences) == (
        status == "contradicted"
    )


def test_answer_without_the_headline_claim_only_counts():
    assert answer((fact_result(),)) == ["Of 1 statement of fact: 1 refuted."]


# -- parts ---------------------------------------------------------------------------------------


def test_amount_shows_log_points_in_percent_and_other_units_as_they_are():
    assert amount(-0.05, "log points") == "−0.050 (−4.9\u00a0%)"
    assert amount(0.05, "log points", sign=False) == "0.050 (5.1\u00a0%)"
    assert amount(2.0, "days") == "+2.000 days"


def test_long_tables_are_cut_aloud():
    frame = pd.DataFrame({"n_events": range(401)})
    held = table_of(frame, "long", {"n_events": "events"})
    assert len(held.rows) == 400
    assert held.left_out == 1


def test_missing_values_are_dashes_and_p_values_keep_their_form():
    frame = pd.DataFrame({"p_value": [0.00049, np.nan], "estimate": [-0.01, np.nan]})
    held = table_of(frame, "cells", {"estimate": "estimate", "p_value": "p"})
    assert held.rows == (("−0.010", "0.0005"), ("–", "–"))
    assert held.heads == ("estimate", "p")


def test_svg_follows_the_page_colours_and_keeps_text():
    ax = style.blank()
    ax.set_title("Two < three & $4 to $5", loc="left", parse_math=False)
    ax.plot([0, 1], [0, 1], color=style.BLUE)
    drawn = to_svg(ax, "x1")
    assert "var(--plot-blue)" in drawn
    assert style.BLUE not in drawn.lower()
    assert "Two &lt; three &amp; $4 to $5" in drawn
    assert "font-family" not in drawn
    assert to_svg(ax, "x1") == drawn


def test_svg_name_must_be_an_identifier():
    with pytest.raises(InputError, match="letters, digits and hyphens"):
        to_svg(style.blank(), 'x" onload="y')
