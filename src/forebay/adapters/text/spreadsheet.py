"""Spreadsheets by calamine: each sheet's name, then its rows, a tab between the cells."""

import datetime
from importlib.metadata import version

from python_calamine import CalamineError, PasswordError, load_workbook

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.packages import package_of
from forebay.domain.documents.errors import DocumentBrokenError, DocumentEncryptedError
from forebay.domain.intake.signatures import ZIP, detect

_OLD = "application/vnd.ms-excel"  # no package of XML


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    if job.media_type != _OLD or detect(content.head(8)) is ZIP:
        with package_of(content):
            pass  # it is one, within limits
    content.file.seek(0)
    try:
        workbook = load_workbook(content.file)
        for name in workbook.sheet_names:
            output.write(f"{name}\n")
            for row in workbook.get_sheet_by_name(name).iter_rows():
                line = "\t".join(map(_shown, row)).rstrip()
                if line:
                    output.write(f"{line}\n")
            output.write("\n")
    except PasswordError:
        raise DocumentEncryptedError("the spreadsheet opens with a password only; store it without one") from None
    except CalamineError as error:
        raise DocumentBrokenError(f"the spreadsheet is damaged: {error}") from None
    return Findings(reader="python-calamine", version=version("python-calamine"))


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return " ".join(str(value).split())
