"""Writes the seeds of the targets that read whole files into corpus/: `python3 seeds.py`. Those of `table` need none: its heads
stand in the target."""

import io
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent / "tests" / "imports" / "data"


def seed(target: str, name: str, content: bytes) -> None:
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in files.items():
            out.writestr(name, text)
    return packed.getvalue()


def sheet(rows: list[list[str]]) -> bytes:
    """The least workbook that holds the rows."""
    office = "http://schemas.openxmlformats.org"
    main, relations = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006/relationships"
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    document = f"{office}/officeDocument/2006/relationships"
    return archive(
        {
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" Type="{document}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{document}"><sheets><sheet name="New followers"'
            ' sheetId="1" r:id="b"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="b"'
            f' Type="{document}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


for path in sorted(DATA.glob("linkedin-page/*.xls")):
    seed("workbook", path.name, b"\x01" + path.read_bytes()[8:])
FOLLOWERS = [["Date", "Sponsored followers", "Organic followers", "Total followers"], ["11/16/2026", "0", "3", "3"]]
seed("workbook", "followers.xlsx", b"\x02" + sheet(FOLLOWERS)[4:])
ROW = '<Row><Cell><Data ss:Type="String">2026-11-16T00:00:00Z</Data></Cell><Cell><Data ss:Type="Number">4711</Data></Cell></Row>'
seed("workbook", "rows.xml", b"\x00" + (ROW + "</Table></Worksheet></Workbook>").encode())

CARD = '{"name":"Nytt badhus","idList":"a","due":"2026-11-20T08:00:00.000Z","labels":[{"name":"Facebook"}],"closed":false}],"name":"Plan"}'
seed("plan", "board", b"\x00" + CARD.encode())
seed("plan", "list", b"\x01Nytt badhus;2026-11-20;08:00;Facebook\nJulmarknad;2026-12-01;;Instagram\n")
EVENT = "SUMMARY:Nytt badhus\r\nDTSTART;TZID=Europe/Stockholm:20261120T080000\r\nCATEGORIES:Facebook\r\nRRULE:FREQ=WEEKLY\r\n"
seed("plan", "calendar", b"\x02" + (EVENT + "END:VEVENT\r\nEND:VCALENDAR\r\n").encode())

seed("archive", "two.zip", archive({"a.csv": "Date,Views\n2026-11-16,4\n" * 20, "folder/b.csv": "Datum;Visningar\n"}))
seed("archive", "nested.zip", archive({"inner.zip": archive({"c.csv": "x"}).decode("latin-1")}))
