"""The raw archive: verified files, declared schemas, and the ledger of repairs."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.data.raw.archive import Archive as Archive
    from altrotation.data.raw.archive import open_archive as open_archive
    from altrotation.data.raw.ledger import QualityLedger as QualityLedger
    from altrotation.data.raw.quality import quality_report as quality_report
    from altrotation.data.raw.remarks import known_remarks as known_remarks
    from altrotation.data.raw.repairs import repairs_of as repairs_of

open_doors(
    __name__,
    {
        "archive": "Archive open_archive",
        "ledger": "QualityLedger",
        "quality": "quality_report",
        "remarks": "known_remarks",
        "repairs": "repairs_of",
    },
)
