# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own claim
#
# A claim is a text file. It says what is claimed, which data, which test, and when the claim would be
# right or wrong; the library reads it and judges. No code is needed: everything below is also a
# command, shown beside it.
#
# The example is not in the catalogue of the library: *when fear spikes, altcoins lose to Bitcoin*. A
# spike is the first 52-week high of the VIX in a quarter.
#
# ## Fixed before any outcome was computed
#
# | question | rule |
# |---|---|
# | Could the sample show an effect worth having? | counted from events and volatility alone, before the outcome is read |
# | Is the claim right? | the verdict rules, the same for all cards: *supported* if the interval lies on the claimed side of zero, the adjusted p is at most .05 and 70 % of the specifications agree; *contradicted* if the 90 % interval excludes the smallest effect of interest, or the effect is significant the other way; else *undecided* |
# | Is a fact right? | *confirmed* if every fact marked `primary` holds, else *refuted* |
# | What if the data are missing? | the card is refused, with the nearest names; a series that only the raw archive has makes it *untestable* |

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import contextlib
import io
import json
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from PIL import Image as pillow  # noqa: N813

from altrotation import breakouts, load_card, load_cards, load_reference, plot, verify
from altrotation.claims.lock import compare, write_lock
from altrotation.cli import main
from altrotation.errors import CardError
from altrotation.inference.power import events_needed, minimum_detectable_effect, sign_flip_floor

pd.set_option("display.width", 160, "display.max_columns", 30, "display.max_colwidth", 100)
pd.options.display.float_format = "{:.3f}".format
panel = load_reference()


def show(ax: Axes) -> Image:
    """Return the figure of `ax` as a small PNG."""
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, dpi=72)
    small = io.BytesIO()
    pillow.open(buffer).convert("RGB").quantize(32).save(small, "png", optimize=True)
    return Image(small.getvalue())


# %% [markdown]
# ## Which series are there?
#
# On the command line: `altrotation data describe`.

# %%
panel.describe().loc[["VIX", "XLU", "ETH/BTC", "large/BTC", "mid/BTC", "small/BTC"]]

# %% [markdown]
# ## Can it be tested at all?
#
# Ask before the outcome is read: how many events the rule finds, how often, and which mean effect so
# many could show. This uses the dates and the volatility of the outcome, not what followed.

# %%
START, END = "2014-01-01", "2026-04-21"
spikes = breakouts(panel.close("VIX"), kind="high", window=252, quiet=60).between(START, END)
moves = np.log(panel.value("mid/BTC").loc[START:END].dropna())
per_day = ((moves.shift(-60) - moves).std()) / math.sqrt(60)
pd.Series(
    {
        "events": len(spikes),
        "first": f"{spikes.dates[0]:%Y-%m-%d}",
        "last": f"{spikes.dates[-1]:%Y-%m-%d}",
        "detectable over 60 days, log points": f"{minimum_detectable_effect(per_day, 60, len(spikes)):.2f}",
        "events needed to detect 0.10": events_needed(0.10, per_day, 60),
        "smallest p of a sign test": f"{sign_flip_floor(len(spikes)):.1g}",
    }
).to_frame("")

# %% [markdown]
# ## The card
#
# One TOML file a claim, in a folder of your own. `[events]` says where the events come from, `[study]`
# what is measured after them. The primary outcome and horizon decide; the others make the family
# that the p-value is adjusted over. Each `[[variants]]` changes some fields: one of role
# `specification` counts towards the 70 % that must agree, a `null` is another placebo, a `cycle` or a
# `description` counts for nothing.

# %%
SPIKES = """\
id = "V1"
title = "Altcoins lose to Bitcoin after a spike of fear"
statement = "When the VIX closes above its highest of a year, altcoins fall behind Bitcoin for weeks."
source = "An example in the notebooks of altrotation"
source_date = "2026-11-21"
kind = "event"
null = "The outcome after the spikes is what it is after the same spikes moved to any other place."
alternative = "The outcome after the spikes is lower."
estimand = "Mean log return of the mid tier minus Bitcoin's over 60 days from the day after the spike."
unit = "log points"
direction = "less"
smallest_effect = 0.10
family = "3 tiers x 2 horizons, max-T"
seed = 7

[events]
series = "VIX"
kind = "high"
window = 252
quiet = 60
start = "2014-01-01"
end = "2026-04-21"

[study]
outcomes = ["ETH/BTC", "large/BTC", "mid/BTC"]
primary = "mid/BTC"
horizon = 60
horizons = [20, 60]
start = "2014-01-01"
end = "2026-04-21"

[[variants]]
name = "100-day high"
role = "specification"
events = { window = 100 }

[[variants]]
name = "20 quiet sessions"
role = "specification"
events = { quiet = 20 }

[[variants]]
name = "capitalisation weights"
role = "specification"
study = { outcomes = ["large-capw/BTC", "mid-capw/BTC"], primary = "mid-capw/BTC" }

[[variants]]
name = "matched placebo dates"
role = "null"
study = { null = "matched" }
"""

# %% [markdown]
# A fact needs no test: it is a measured value and what is expected of it. Measures have names: `max`,
# `mean`, `quantile`, `date-of-max`, `first-above`, `gain`, `worst-fall` and more; a wrong name lists them
# all.

# %%
RECORD = """\
id = "V2"
title = "The fear of 2020 closed higher than that of 2008"
statement = "In March 2020 the VIX closed higher than on any day of 2008, for the first time on 16 March."
source = "An example in the notebooks of altrotation"
source_date = "2026-11-21"
kind = "fact"
seed = 7

[[facts]]
text = "Its highest close of March 2020 was above that of 2008."
primary = true
expect = "above"
measure = { name = "max", series = "VIX", start = "2020-03-01", end = "2020-03-31" }
than = { name = "max", series = "VIX", start = "2008-01-01", end = "2008-12-31" }

[[facts]]
text = "The highest close was on 2020-03-16."
primary = true
expect = "on"
value = "2020-03-16"
measure = { name = "date-of-max", series = "VIX", start = "2020-01-01", end = "2020-12-31" }
"""

# %% [markdown]
# And one about something the panel does not hold. It is refused before anything is computed, so that a
# misspelt name never becomes a verdict:

# %%
GOLD = """\
id = "V3"
title = "Gold was higher in 2025 than in 2024"
statement = "The mean of gold in 2025 was above that of 2024."
source = "An example in the notebooks of altrotation"
source_date = "2026-11-21"
kind = "fact"
seed = 7

[[facts]]
text = "Its mean of 2025 was above that of 2024."
primary = true
expect = "above"
measure = { name = "mean", series = "GOLD", start = "2025-01-01", end = "2025-12-31" }
than = { name = "mean", series = "GOLD", start = "2024-01-01", end = "2024-12-31" }
"""

# %%
scratch = tempfile.TemporaryDirectory()
desk = Path(scratch.name)
folder = desk / "my_claims"
folder.mkdir()
for name, text in {"fear": SPIKES, "record": RECORD}.items():
    (folder / f"{name}.toml").write_text(text)
(desk / "gold.toml").write_text(GOLD)
try:
    verify(panel, [load_card(desk / "gold.toml")])
except CardError as error:
    print(error)
mine = load_cards(folder)
pd.DataFrame(
    [
        {
            "id": card.id,
            "kind": card.kind,
            "title": card.title,
            "reads": ", ".join(card.needs),
            "digest": card.digest,
        }
        for card in mine
    ]
).set_index("id")

# %% [markdown]
# The digest is a fingerprint of the file: it changes with every letter of the card.
#
# ## The verdicts

# %%
run = verify(panel, mine)
for result in run.results:
    print(f"{result.card.id}  {result.verdict.status:12} {result.verdict.reason}\n")

# %%
fear = run.results[[card.id for card in mine].index("V1")]
print(fear.evidence[0])

# %% [markdown]
# How to read it. The *estimate* is the mean over the events, the *interval* holds it with 95 %. *p* asks
# how often the same events elsewhere were followed by as much; *p adjusted* allows for having looked
# at every tier and horizon of the card. The *smallest p attainable* is what the test could have
# given at best. The *minimum detectable effect* is the true effect this sample would find four times
# out of five: when it exceeds the smallest effect of interest, *undecided* is the likely verdict, and no
# fault of the claim.

# %%
Markdown(
    f"Here: {fear.evidence[0].estimate:+.3f} log points, adjusted p {fear.evidence[0].p_adjusted:.2f}; "
    f"{100 * fear.share_with_sign:.0f} % of {fear.specifications} cells have the claimed sign; the sample detects "
    f"{fear.evidence[0].minimum_detectable_effect:.2f}, of interest is {fear.card.smallest_effect:.2f}. "
    f"Verdict: **{fear.verdict.status}**."
)

# %%
band, cell = fear.evidence[0].interval, fear.study.table.loc[("mid/BTC", 60)]
Markdown(
    f"The interval [{band.low:+.3f}, {band.high:+.3f}] {'holds' if 0 in band else 'does not hold'} zero, and p is "
    f"{fear.evidence[0].p_value:.3f}. Both are about one quantity: the mean after the events less that after the same "
    f"dates elsewhere, which was {cell['null_mean']:+.3f} log points. A claim has to pass both, and the whole family."
)

# %%
rows = fear.table[fear.table["horizon"] == fear.card.study.horizon]
rows.set_index(["variant", "role", "outcome"])[
    ["n_events", "estimate", "low", "high", "p_value", "p_adjusted"]
]

# %% [markdown]
# A variant may find the same events as the primary specification; it then adds nothing, which the
# numbers show.

# %%
show(plot.event_study(fear.study, outcome=fear.card.study.primary))

# %% [markdown]
# The fact, measured:

# %%
fact = run.results[[card.id for card in mine].index("V2")]
pd.DataFrame(
    [
        {"fact": one.text, "expected": one.expected, "measured": one.shown, "holds": one.holds}
        for one in fact.facts
    ]
)

# %% [markdown]
# The same on the command line, from the folder above `my_claims`:


# %%
def command(*arguments: str) -> None:
    """Do what `altrotation ...` does in the scratch folder; print its exit code."""
    print(f"$ altrotation {' '.join(arguments)}")
    with contextlib.chdir(desk), contextlib.redirect_stderr(sys.stdout):
        try:
            main(list(arguments))
        except SystemExit as stop:
            print(f"exit code {stop.code}")


command("verify", "--claims", "my_claims", "--only", "V2")

# %% [markdown]
# `altrotation claims list --claims my_claims` lists them, `altrotation claims show V1 --claims my_claims`
# shows one, `--report folder` writes the HTML report, `--jobs 2` uses two processes.
#
# ## When a card is wrong
#
# Nothing is guessed. The error names file and field, and says what is possible. Some mistakes, each
# made in the card above:

# %%
MISTAKES = {
    "a field misspelt": ("quiet = 60", "quite = 60"),
    "a word for a number": ("quiet = 60", 'quiet = "sixty"'),
    "an unknown choice": ('kind = "high"', 'kind = "zigzag"'),
    "a primary outcome that is not studied": ('primary = "mid/BTC"', 'primary = "small/BTC"'),
    "a field left out": ('direction = "less"\n', ""),
}
for mistake, (right, wrong) in MISTAKES.items():
    assert right in SPIKES
    bad = desk / "bad.toml"
    bad.write_text(SPIKES.replace(right, wrong, 1))
    try:
        load_card(bad)
    except CardError as error:
        print(f"{mistake}:\n    {error}\n")
    else:
        raise AssertionError(mistake)

# %% [markdown]
# On the command line the same sentence, and exit code 2. Here in a fact card, whose measure has a name
# that does not exist:

# %%
wrong_folder = desk / "wrong_claims"
wrong_folder.mkdir()
(wrong_folder / "record.toml").write_text(RECORD.replace('name = "max"', 'name = "maximum"'))
command("verify", "--claims", "wrong_claims")

# %% [markdown]
# ## The lock
#
# Verdicts are recorded once, beside the fingerprints of the cards and of the data. From then on a
# verdict that is no longer the recorded one is a failure. In Python:

# %%
write_lock(run, desk / "python.toml")
print((desk / "python.toml").read_text())
print("differences:", compare(verify(panel, mine), desk / "python.toml"))

# %% [markdown]
# On the command line:

# %%
command("verify", "--claims", "my_claims", "--lock", "claims.lock", "--update-lock")

# %%
command("verify", "--claims", "my_claims", "--lock", "claims.lock")

# %% [markdown]
# Now somebody changes a card so that its verdict changes: the highest close is expected a day later.

# %%
(folder / "record.toml").write_text(RECORD.replace('value = "2020-03-16"', 'value = "2020-03-17"'))
command("verify", "--claims", "my_claims", "--lock", "claims.lock")

# %% [markdown]
# The line before the exit code says what differs and why. A changed card whose verdict stays is no
# failure. Had the data changed instead, it would say that; here the
# panel ends before the fear of 2020 began:

# %%
(folder / "record.toml").write_text(RECORD)
for difference in compare(verify(panel.until("2019-12-31"), mine), desk / "claims.lock"):
    print(difference)

# %% [markdown]
# ## Numbers for machines

# %%
command("verify", "--claims", "my_claims", "--only", "V1", "--json", "numbers.json")

# %%
numbers = json.loads((desk / "numbers.json").read_text())
first = numbers["claims"]["V1"]
print(json.dumps({**first, "evidence": first["evidence"][:1]}, indent=2))

# %% [markdown]
# ## In your own CI
#
# Exit codes: 0 every verdict is as recorded, 1 one differs, 2 the inputs are unusable. So one line is
# enough, in any system:
#
# ```yaml
# - run: pip install altrotation
# - run: altrotation verify --claims my_claims --lock claims.lock --json numbers.json
# ```
#
# Commit the cards and the lock. A change of mind is then a commit too: the card changes first, the lock
# with it (`--update-lock`), and both stay in the history.
#
# ## Before you write one
#
# - Write the card before you look at what followed, and commit it. A card written to fit a picture
#   will be supported by that picture.
# - Choose the smallest effect you would act upon, not the one you hope for.
# - One claim, one primary outcome and horizon. Everything else goes into the family or the variants,
#   and counts as a look.
# - If the count above says that the sample cannot show the effect, the honest verdict is already known.

# %%
scratch.cleanup()
Markdown(
    "\n".join(
        f"- **{result.card.id}** {result.card.title}: {result.verdict.status}."
        for result in run.results
    )
)
