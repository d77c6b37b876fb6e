"""Raw rows to panel: no value depends on rows after its own day, whatever those rows hold."""

import numpy as np
import pandas as pd
import pytest

from altrotation.data.coins import ranks, table
from altrotation.data.raw.archive import Archive, open_archive
from altrotation.derive.build import derive_panel

pytestmark = [pytest.mark.archive, pytest.mark.xdist_group("rebuilt")]

CALM = (  # names, schedules written in advance, and what must stay below or equal to another
    *("coin_metadata", "coin_slug_renames_2018", "coin_snapshot_series_map"),
    *("coin_universe_monthly", "token_unlock_schedules"),
    *("dominance_total_cap_2025_2026", "total_market_cap_split_2013_2025"),
    *("WALCL", "WTREGEN", "RRPONTSYD"),
)
LABEL = ["date", "symbol", "name", "rank", "basis"]


class Changed(Archive):
    """An archive whose tables pass through `change(name, frame, late)`."""

    def __init__(self, archive, cut, change):
        super().__init__(archive.path, archive.corrections, archive.sha256)
        for name, value in (("archive", archive), ("cut", cut), ("change", change)):
            object.__setattr__(self, name, value)  # an archive is frozen

    def _changed(self, name, frame):
        column = next((c for c in ("date", "funding_time_utc", "snapshot_utc") if c in frame), None)
        if name in CALM or (column is None and not isinstance(frame.index, pd.DatetimeIndex)):
            return frame
        stamps = pd.DatetimeIndex(frame.index if column is None else frame[column])
        return self.change(name, frame.copy(), stamps.tz_localize(None).normalize() > self.cut)

    def table(self, name):
        return self._changed(name, self.archive.table(name))

    def market(self, name, **options):
        return self._changed(name, self.archive.market(name, **options).to_frame("v"))["v"]

    def macro(self, name):
        return self._changed(name, self.archive.macro(name).to_frame("v"))["v"]

    def flow(self, asset):
        return self._changed(asset, self.archive.flow(asset).to_frame("v"))["v"]


def violent(name, frame, late):
    """Multiply every later number by a thousand, two, a half or a thousandth."""
    rng = np.random.default_rng(0)
    if name == "btc_dominance":  # its clean kind is checked against the other source
        late = late & (frame["kind"] == "long_close_stamped").to_numpy()
    for column in frame.columns:
        if not pd.api.types.is_float_dtype(frame[column]) or column == "spike_flag":
            continue
        factor = rng.choice([1e-3, 0.5, 1.0, 2.0, 1e3], len(frame))
        if name == "coin_close":  # two halves of one family must agree: alike on a day
            day = (frame["date"] - pd.Timestamp("2012-01-01")).dt.days.to_numpy()
            alike = rng.choice([1e-3, 0.5, 1.0, 2.0, 1e3], day.max() + 1)[day]
            factor = np.where(frame["source"].astype(str).str.startswith("cmc"), alike, factor)
        frame[column] = np.where(late, frame[column] * factor, frame[column])
    return frame


def silent(name, frame, late):
    """Drop the later prices, volumes and capitalisations of every coin but its last."""
    if name not in ("coin_close", "coin_volume", "coin_market_cap"):
        return frame
    last = ~frame.duplicated(["source", "coin_id"], keep="last").to_numpy()
    return frame[~late | last]


@pytest.fixture(scope="module")
def whole(archive_path):
    """The archive, its panel, and who is who: identities are established on the whole record."""
    archive, found = open_archive(archive_path), {}
    resolve, identify = table.resolve_ids, ranks.identify_ranked

    def resolved(vendors, ranked):
        found["ids"] = resolve(vendors, ranked)
        return found["ids"]

    def identified(ranked, close, symbols):
        rows = identify(ranked, close, symbols)
        found["ranked"] = ranked[LABEL].join(rows).drop_duplicates(LABEL).set_index(LABEL)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "resolve_ids", resolved)
        patch.setattr(ranks, "identify_ranked", identified)
        return archive, derive_panel(archive), found


@pytest.mark.parametrize(("change", "cut"), [(violent, "2022-11-08"), (silent, "2019-09-20")])
def test_the_past_of_the_panel_does_not_depend_on_later_rows(whole, monkeypatch, change, cut):
    archive, panel, found = whole

    def resolved(vendors, _):
        ids, matches = found["ids"]
        return {v: {s: ids[v][s] for s in held.close} for v, held in vendors.items()}, matches

    def identified(ranked, _close, _symbols):
        rows = found["ranked"].reindex(pd.MultiIndex.from_frame(ranked[LABEL]))
        return rows.set_index(ranked.index)

    monkeypatch.setattr(table, "resolve_ids", resolved)
    monkeypatch.setattr(ranks, "identify_ranked", identified)
    day = pd.Timestamp(cut)
    other = derive_panel(Changed(archive, day, change), end="2026-10-08")
    assert other.names == panel.names
    pd.testing.assert_frame_equal(other.frame[:day], panel.frame[:day], rtol=1e-12)
    later = other.frame[day + pd.Timedelta(1, "D") :]
    assert not later.equals(panel.frame[day + pd.Timedelta(1, "D") :])
