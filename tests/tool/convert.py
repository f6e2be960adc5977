"""python3 tests/tool/convert.py PINBULK CHECKED FOLDER SCALE: `pinbulk convert` against python.

CHECKED is the same program built with sanitizers. The last line is `N passed, N failed`."""
import csv
import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

fast, checked, folder, scale = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.chdir(os.path.dirname(os.path.abspath(__file__)) + "/../..")
header = open("pinbulk.h", encoding="utf-8").read()
place = os.path.join(folder, "convert")
os.makedirs(place, exist_ok=True)
passed = failed = 0


def check(good, *words):
    global passed, failed
    if good:
        passed += 1
        return
    failed += 1
    if failed <= 10:
        print("wrong:", *(str(word)[:2000] for word in words))


def path_of(name):
    return os.path.join(place, name)


def write(name, text):
    with open(path_of(name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path_of(name)


def read(name):
    with open(path_of(name), "rb") as file:
        return file.read()


def clean():
    for name in os.listdir(place):
        os.unlink(path_of(name))


def run(*words, program=None, text=None, **more):
    done = subprocess.run([program or checked, "convert", *words], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    check(b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr, words, done.stderr.decode())
    return done


# ---- documents ----------------------------------------------------------------------------------

# The kinds, their containers in a download and their tables.
KINDS = {"campaign": "campaigns", "ad_group": "ad_groups", "ad": "ads", "product_group": "product_groups",
         "keyword": "keywords", "label": "labels", "schedule": "schedules",
         "catalog_product_group": "catalog_product_groups"}
TYPES = {"string": "TEXT", "enum": "TEXT", "int": "INTEGER", "bool": "INTEGER", "decimal": "NUMERIC"}


def members_of(kind):
    """The members of the struct and the types of their columns."""
    body = re.search(r"typedef struct pinbulk_%s \{(.*?)\} pinbulk_%s;" % (kind, kind), header, re.S).group(1)
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    found = re.findall(r"pinbulk_(\w+) (\w+);", body)
    return {name: TYPES.get(kind, "TEXT") for kind, name in found if name not in ("id", "extra")}


MEMBERS = {kind: members_of(kind) for kind in KINDS}


class Number(str):
    """A number as it stands in a document."""


HOSTILE = ["", " ", "'); DROP TABLE campaigns;--", '"', "''", '""', "a,b", "a;b", "a\tb", "a\r\nb", "\n", "\0",
           "x\0y", "\\", "\\u0041", "é", "日本", "\U0001f600", "\u2028", "\ufeffx", "=1+1", "null", "true", "0",
           "-", "x" * 5000, "\x7f", "\x1b[31m", "%s%n", "${x}", "`", "rowid", "[0]", "a.b", "\u202e"]


def random_text(r):
    return r.choice(HOSTILE) if r.random() < 0.5 else "".join(
        chr(r.choice([r.randrange(32, 127), r.randrange(0xa0, 0x800), r.randrange(0x10000, 0x10100)]))
        for _ in range(r.randrange(12)))


def random_number(r):
    return Number(r.choice([str(r.randrange(-10**6, 10**6)), str(2**63 - 1), str(-2**63), str(2**63), "-0",
                            "1.50", "0.1", "1e400", "1.5e1", "-1E-7", "123456789012345678901234567890"]))


def random_value(r, depth=0):
    kind = r.randrange(9 if depth < 4 else 6)
    if kind < 3:
        return random_text(r)
    if kind == 3:
        return random_number(r)
    if kind == 4:
        return r.choice([True, False])
    if kind == 5:
        return None
    if kind == 6:
        return [random_value(r, depth + 1) for _ in range(r.randrange(4))]
    return {random_text(r): random_value(r, depth + 1) for _ in range(r.randrange(4))}


def typed_value(r, kind):
    if kind == "INTEGER":
        return r.choice([True, False, Number(r.randrange(10**9)), Number(2**63 - 1), None])
    return random_value(r)


def random_entity(r, kind, number):
    entity = {"id": str(number) if r.random() < 0.9 else Number(number)}
    names = list(MEMBERS.get(kind, {}).items())
    for name, column in r.sample(names, r.randrange(len(names) + 1)):
        entity[name] = typed_value(r, column) if r.random() < 0.9 else random_value(r)
    for _ in range(r.randrange(3)):
        name = random_text(r)
        if name not in ("data", "errors") and "error" not in name:
            entity[name] = random_value(r)
    items = list(entity.items())
    r.shuffle(items)
    return dict(items)


def dump(r, value, spaces=True):
    """JSON in any of its spellings."""
    def space():
        return "".join(r.choice(" \t\r\n") for _ in range(r.randrange(3))) if spaces and r.random() < 0.2 else ""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=r.random() < 0.5)
        return text.replace("/", "\\/") if r.random() < 0.2 else text
    if isinstance(value, list):
        return "[" + ",".join(space() + dump(r, item, spaces) + space() for item in value) + space() + "]"
    if isinstance(value, dict):
        return "{" + ",".join(space() + dump(r, name, spaces) + space() + ":" + space() + dump(r, item, spaces)
                              for name, item in value.items()) + space() + "}"
    return json.dumps(value)


def load(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def random_document(r, ids=20):
    """Lists of entities by kind, and errors."""
    document = {}
    for kind in r.sample(list(KINDS), r.randrange(1, 5)):
        document[kind] = [random_entity(r, kind, number)
                          for number in r.sample(range(1, ids + 1), r.randrange(1, 6))]
    errors = [{"kind": "campaign", "id": str(r.randrange(9)), "message": "m%d" % r.randrange(99)}
              for _ in range(r.randrange(3))]
    return document, errors


def as_json(r, document, errors):
    parts = [(KINDS[kind], entities) for kind, entities in document.items()]
    if errors or r.random() < 0.5:
        parts.append(("errors", errors))
    return dump(r, dict(parts))


def compact(value):
    return value if isinstance(value, str) else dump(random.Random(0), value, False)


def cell(value):
    """What a cell holds. (None and what is not there are the same in CSV as python reads it.)"""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    return value


def cell_same(got, value):
    value = cell(value)
    if not isinstance(got, str):  # a cell that is an object or array comes back as that
        return got == (load(value) if isinstance(value, str) else value)
    return load(got) == value if isinstance(value, (list, dict)) else got == value


def columns_of(kind, entities):
    names = {name for entity in entities for name in entity}
    known = [name for name in ["id", *MEMBERS.get(kind, {})] if name in names]
    return known + sorted(names - set(known), key=str.encode)


# ---- JSON lines and CSV -------------------------------------------------------------------------

csv.field_size_limit(10**8)


def check_lines(r, document, errors, text, program):
    expected = [entity for entities in document.values() for entity in entities] + errors
    done = run(write("in", text), "--to", "jsonl", program=program)
    lines = done.stdout.split(b"\n")
    check(done.returncode == 0 and lines.pop() == b"" and [load(line) for line in lines] == expected,
          text, done.stdout, done.stderr)
    # What is no longer one document is the same all the same.
    kind = r.choice(list(document))
    one = run(path_of("in"), "--to", "jsonl", "--kind", kind, program=program)
    check([load(line) for line in one.stdout.split(b"\n")[:-1]] == document[kind], text, one.stdout)
    if len(expected) > 1:
        again = run("-", "--to", "jsonl", text=done.stdout, program=program)
        check(again.stdout == done.stdout, again.stderr, text)


def table_same(kind, entities, text):
    rows = list(csv.reader(io.StringIO(text.decode(), newline="")))
    names = columns_of(kind, entities)
    if not rows or rows[0] != names or len(rows) != len(entities) + 1:
        return False
    return all(len(row) == len(names) and all(cell_same(got, entity.get(name)) for name, got in zip(names, row))
               for entity, row in zip(entities, rows[1:]))


def check_tables(r, document, errors, text, program):
    tables = dict(document)
    if errors:
        tables["error"] = errors
    done = run(write("in.json", text), "--to", "csv", "-o", path_of("out.csv"), program=program)
    check(done.returncode == 0, done.stderr, text)
    check({name for name in os.listdir(place) if name.startswith("out")} == {"out.%s.csv" % kind for kind in tables},
          os.listdir(place))
    for kind, entities in tables.items():
        check(table_same(kind, entities, read("out.%s.csv" % kind)), kind, text, read("out.%s.csv" % kind))
    kind = r.choice(list(tables))
    one = run("-", "--to", "csv", "--kind", kind, text=text.encode(), program=program)
    check(one.stdout == read("out.%s.csv" % kind), one.stderr)
    # Refused without --force, with it the same again.
    before = {name: read(name) for name in os.listdir(place)}
    check(run(path_of("in.json"), "--to", "csv", "-o", path_of("out.csv")).returncode == 2)
    check(before == {name: read(name) for name in os.listdir(place)})
    check(run(path_of("in.json"), "--to", "csv", "-o", path_of("out.csv"), "--force").returncode == 0)
    check(before == {name: read(name) for name in os.listdir(place)})
    # A table read again, with every cell a text; what is empty is not there, "" is an empty text. The
    # reader takes a NUL for a sign that the file is no text.
    names = columns_of(kind, tables[kind])
    if len(names) > 1 and "" not in names and b"\0" not in read("out.%s.csv" % kind):
        rows = run(path_of("out.%s.csv" % kind), "--to", "jsonl", program=program)
        expected = [{name: value for name, value in entity.items() if value is not None} for entity in tables[kind]]
        got = [load(line) for line in rows.stdout.split(b"\n")[:-1]]
        check(len(got) == len(expected) and all(
            set(a) == set(b) and all(cell_same(a[name], b[name]) for name in b) for a, b in zip(got, expected)),
            text, rows.stdout, rows.stderr)


# ---- SQLite -------------------------------------------------------------------------------------

def rows_of(name):
    """Every table of a database."""
    base = sqlite3.connect("file:%s?mode=ro" % path_of(name), uri=True)
    base.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    check(base.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    result = {}
    for table in tables:
        cursor = base.execute("SELECT * FROM %s ORDER BY 1, 2, 3" % table)
        columns = [about[0] for about in cursor.description]
        result[table] = [dict(zip(columns, row)) for row in cursor]
    base.close()
    return result


def typed_same(got, value, column):
    if value is None:
        return got is None
    if isinstance(value, bool):
        return got == cell(value) or (column == "INTEGER" and got == int(value)) # or, as text, in a column of numbers
    if isinstance(value, (list, dict)):
        return load(got) == value
    if isinstance(value, Number) and column == "INTEGER":
        try:
            exact = float(value) if "." in value or "e" in value.lower() else int(value)
        except OverflowError:
            exact = float(value)
        return got == exact or got == float(value)
    if column == "NUMERIC" and not isinstance(got, str):
        return float(value) == got
    if column == "INTEGER" and not isinstance(got, str): # a text of digits, or "true"
        return str(got) == value or value.lower().strip(" _-") == ("true" if got else "false") or float(value) == got
    return got == str(value)


class Model:
    """What the database should hold."""

    def __init__(self):
        self.run = 0
        self.rows = {}
        self.errors = []

    def take(self, document, errors, lines):
        self.run += 1
        for kind, entities in document.items():
            for entity in entities:
                key = (kind, str(entity["id"]))
                raw = lines[(kind, str(entity["id"]))]
                row = self.rows.setdefault(key, {"first": self.run, "changed": self.run, "raw": raw, "previous": None})
                if row["raw"] != raw:
                    row.update(previous=row["raw"], raw=raw, changed=self.run)
                row.update(seen=self.run, entity=entity)
        self.errors += [(self.run, error["kind"], error["id"], error["message"]) for error in errors]

    def check(self, tables):
        count = 0
        for kind, table in KINDS.items():
            for row in tables[table]:
                count += 1
                model = self.rows.get((kind, row["id"]))
                check(model and (row["first_seen"], row["last_seen"], row["last_changed"], row["raw"], row["previous"])
                      == (model["first"], model["seen"], model["changed"], model["raw"], model["previous"]), row, model)
                for name, column in MEMBERS[kind].items():
                    check(typed_same(row[name], model["entity"].get(name), column),
                          name, repr(row[name]), repr(model["entity"].get(name)))
        check(count == len(self.rows))
        check([(e["run"], e["kind"], e["id"], e["message"]) for e in tables["errors"]] == sorted(self.errors))
        check([row["id"] for row in tables["runs"]] == list(range(1, self.run + 1)))


def change(r, document):
    """The account a day later."""
    later = {}
    for kind, entities in document.items():
        kept = [entity for entity in entities if r.random() < 0.8]
        kept = [random_entity(r, kind, entity["id"]) if r.random() < 0.2 else entity for entity in kept]
        used = {str(entity["id"]) for entity in kept}
        kept += [random_entity(r, kind, number) for number in range(100, 103)
                 if str(number) not in used and r.random() < 0.3]
        later[kind] = kept
    return later


def check_database(r):
    clean()
    model = Model()
    document, errors = random_document(r)
    for day in range(4):
        # The same spelling each day: what counts is the text.
        text = as_json(random.Random(7), document, errors)
        seen = run(write("in.json", text), "--to", "jsonl").stdout.decode().split("\n")[:-1]
        lines, at = {}, 0
        for kind, entities in document.items():
            for entity in entities:
                lines[(kind, str(entity["id"]))] = seen[at]
                at += 1
        before = {key: dict(row) for key, row in model.rows.items()}
        model.take(document, errors, lines)
        done = run(path_of("in.json"), "--to", "sqlite", "-o", path_of("db"), "--json")
        check(done.returncode == 0, done.stderr, text)
        said = json.loads(done.stdout) if done.returncode == 0 else {}
        now = [(key, row) for key, row in model.rows.items() if row["seen"] == model.run]
        check(said.get("added") == sum(key not in before for key, row in now), said)
        check(said.get("changed") == sum(key in before and before[key]["raw"] != row["raw"] for key, row in now), said)
        check(said.get("vanished") == sum(row["seen"] == model.run - 1 for row in model.rows.values()), said)
        check(said.get("complete") is True, said)
        model.check(rows_of("db"))
        if r.random() < 0.7:
            document = change(r, document)
    # The one query of the manual.
    base = sqlite3.connect(path_of("db"))
    base.execute("UPDATE runs SET time = datetime('now', '-2 days') WHERE id < 3")
    got = base.execute("""SELECT kind, id,
        CASE WHEN last_seen < newest THEN 'gone' WHEN first_seen > since THEN 'new' ELSE 'changed' END
        FROM entities, (SELECT max(id) AS newest FROM runs),
                       (SELECT max(id) AS since FROM runs WHERE time < datetime('now', '-1 day'))
        WHERE last_changed > since OR (last_seen >= since AND last_seen < newest)""").fetchall()
    base.close()
    expected = [(*key, "gone" if row["seen"] < 4 else "new" if row["first"] > 2 else "changed")
                for key, row in model.rows.items() if row["changed"] > 2 or 2 <= row["seen"] < 4]
    check(sorted(got) == sorted(expected), got, expected)


def random_rounds():
    for number in range(max(2, scale)):
        r = random.Random(number)
        program = checked if number % 2 else fast
        clean()
        document, errors = random_document(r)
        text = as_json(r, document, errors)
        check_lines(r, document, errors, text, program)
        clean()
        check_tables(r, document, errors, text, program)
    for number in range(max(2, scale // 4)):
        check_database(random.Random(number))


def schema():
    clean()
    run(write("in.json", '{"campaigns":[]}'), "--to", "sqlite", "-o", path_of("db"))
    base = sqlite3.connect(path_of("db"))
    for kind, table in KINDS.items():
        columns = {row[1]: row[2] for row in base.execute("PRAGMA table_info(%s)" % table)}
        extra = ["id", "raw", "previous", "first_seen", "last_seen", "last_changed"]
        check(list(columns) == ["id", *MEMBERS[kind], *extra[1:]], kind, list(columns))
        check({name: columns[name] for name in MEMBERS[kind]} == MEMBERS[kind], kind, columns)
    # A table of an earlier version gets what it lacks, also in rows that have not changed.
    base.executescript("ALTER TABLE keywords DROP COLUMN match_type")
    base.close()
    line = '{"keywords":[{"id":"1","match_type":"EXACT","value":"v"}]}'
    run(write("in.json", line), "--to", "sqlite", "-o", path_of("db"))
    base = sqlite3.connect(path_of("db"))
    check(base.execute("SELECT match_type, value, last_changed FROM keywords").fetchall() == [("EXACT", "v", 2)])
    base.executescript("ALTER TABLE keywords DROP COLUMN match_type")
    run(path_of("in.json"), "--to", "sqlite", "-o", path_of("db"))
    check(base.execute("SELECT match_type, last_changed, last_seen FROM keywords").fetchall() == [("EXACT", 2, 3)])
    base.close()


# ---- what is wrong ------------------------------------------------------------------------------

SMALL = """{"campaigns": [
  {"id": "1", "name": "é", "bid_options": {"x": [1, true, null]}},
  {"id": "2", "name": "b"}
], "errors": [{"code": 7}]}"""


def refused(text, *expected, code=2):
    """The input is refused; nothing is made or changed."""
    before = {name: read(name) for name in os.listdir(place)}
    write("in", text)
    before["in"] = read("in")
    ways = (["jsonl", "-o", path_of("out")], ["csv", "-o", path_of("out.csv")], ["sqlite", "-o", path_of("db")],
            ["sqlite", "-o", path_of("new")])
    slow = len(text) % len(ways)  # each in its turn with the slow program
    for way, to in enumerate(ways):
        done = run(path_of("in"), "--to", *to, program=checked if way == slow else fast)
        check(done.returncode == code, code, done.returncode, text, to, done.stderr)
        check({name: read(name) for name in os.listdir(place)} == before, to, text, os.listdir(place))
        for part in expected:
            check(part.encode() in done.stderr, part, done.stderr)


def truncated():
    clean()
    run(write("first", SMALL), "--to", "sqlite", "-o", path_of("db"))
    text = SMALL.encode()
    for cut in range(len(text)):
        refused(text[:cut])
    # JSON lines and CSV: only what is cut inside of a record can be seen.
    lines = b'{"id":"1","name":"a"}\n{"id":"2","name":"b"}\n'
    for cut in range(len(lines)):
        whole = lines[:cut].strip()[-1:] == b"}" and cut > 20
        if not whole:
            refused(lines[:cut])
    table = b'id,name\r\n1,"a ""b"", c"\r\n2,"x\r\n'
    refused(table, "in:4:1: [1]: ")
    # Bytes that are wrong somewhere: refused, or it is another file.
    r = random.Random(1)
    for _ in range(scale):
        wrong = bytearray(text)
        wrong[r.randrange(len(wrong))] = r.choice([0, 0xff, 0x22, 0x7b, 0x5d, 0x2c, 0x31, 0xc3])
        write("in", bytes(wrong))
        before = read("db")
        done = run(path_of("in"), "--to", "sqlite", "-o", path_of("db"))
        try:
            json.loads(bytes(wrong).decode("utf-8"))
            valid = True
        except ValueError:
            valid = False
        check(done.returncode == (0 if valid else 2), bytes(wrong), done.stderr)
        check(valid or read("db") == before, bytes(wrong))
        write("db", before)


def places():
    clean()
    refused(SMALL.replace("true", "trux"), "in:2:56: campaigns[0].bid_options.x[1]: ")
    refused(SMALL.replace('"b"', '"\\ud800"'), "in:3:", "campaigns[1].name: ")
    refused(SMALL.replace("7}", "07}"), "in:4:25: errors[0].code: ")
    refused('{"campaigns":[{"id":"1","data":{}}\n,{"data":{"a":1,}}]}', "in:2:", "campaigns[1].data")
    refused("id,name\n1,a\n2,\xff\n".encode("latin-1"), "in:3:1: [1]: ")
    refused('id,name\n1,"a"b\n', "in:2:")
    refused("", "in:1:1: ")
    refused("<html>", "in:1:1: ")
    refused(b"\x1f\x8b\x08\0\0\0\0\0", "in:1:1: ")
    refused('{"a":[{"x":"' + "y" * (5 << 20) + '"}]}', "in:1:")
    # Of standard input as well.
    done = run("-", "--to", "jsonl", text=SMALL.replace("true", "trux").encode())
    check(done.returncode == 2 and b"standard input:2:56: campaigns[0].bid_options.x[1]: " in done.stderr, done.stderr)


def command_line():
    clean()
    text = write("in", SMALL)
    write("text", "no database, but more than 512 bytes\n" * 100)
    base = sqlite3.connect(path_of("foreign"))
    base.execute("CREATE TABLE campaigns (id)")
    base.commit()
    base.close()
    run(text, "--to", "sqlite", "-o", path_of("later"))
    base = sqlite3.connect(path_of("later"))
    base.execute("PRAGMA user_version = 9")
    base.close()
    before = {name: read(name) for name in os.listdir(place)}
    for code, words in [
            (2, [text]), (2, [text, "--to", "xml"]), (2, [text, "--to", "csv"]), (2, [text, "--to", "sqlite"]),
            (2, [text, "--to", "sqlite", "-o", "-"]), (2, [text, "--to", "jsonl", "--kind", "x"]),
            (2, ["--to", "jsonl"]), (2, [text, text, "--to", "jsonl"]), (2, [text, "--to", "jsonl", "-o", text]),
            (2, [text, "--to", "sqlite", "-o", path_of("foreign")]),
            (2, [text, "--to", "sqlite", "-o", path_of("later")]),
            (2, [text, "--to", "sqlite", "-o", path_of("db"), "--kind", "ad"]),
            (9, [text, "--to", "sqlite", "-o", path_of("text")]), (9, [text, "--to", "sqlite", "-o", place]),
            (9, [path_of("missing"), "--to", "jsonl"]), (9, [place, "--to", "jsonl"]),
            (9, [text, "--to", "sqlite", "-o", path_of("no/db")]), (9, [text, "--to", "jsonl", "-o", path_of("no/f")])]:
        done = run(*words)
        check(done.returncode == code and done.stderr, code, words, done.returncode, done.stderr)
        check({name: read(name) for name in os.listdir(place)} == before, words)
    if os.path.exists("/dev/full"):
        for to in ["jsonl"], ["csv", "--kind", "campaign"]:
            with open("/dev/full", "wb") as full:
                done = subprocess.run([checked, "convert", text, "--to", *to], stdout=full, stderr=subprocess.PIPE)
            check(done.returncode == 9, done)
    # Names that SQLite knows as no files.
    for name in ":memory:", "file:x?mode=memory":
        check(run(text, "--to", "sqlite", "-o", name, cwd=place, program=os.path.abspath(fast)).returncode == 0)
        check(os.path.exists(path_of(name)))
    # An empty file becomes a database.
    write("empty", b"")
    check(run(text, "--to", "sqlite", "-o", path_of("empty")).returncode == 0)
    check(len(rows_of("empty")["campaigns"]) == 2)
    check(os.stat(path_of("later")).st_mode & 0o77 == 0) # of nobody else
    # One that another program has locked stays as it is.
    before = read("empty")
    base = sqlite3.connect(path_of("empty"), isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    done = run(text, "--to", "sqlite", "-o", path_of("empty"))
    check(done.returncode == 9 and b"locked" in done.stderr, done)
    base.close()
    check(read("empty") == before)


def records_of_all_sorts():
    clean()
    done = run(write("in", """{"items":[{"data":{"id":"1","match_type":"EXACT","bid":"12"},
        "exceptions":[{"code":3,"message":"m"},{"code":4}]}, {"data":{"match_type":"BROAD"}}],
        "things":[{"id":"1"}], "stuff":[{"id":"1"},{"id":"1","x":2}], "entity_history":[{"id":"1"},{"id":"1"}],
        "product_groups":[{"id":"5","catalogs_product_group_id":"7"}], "ad_groups":[{"ad_group_id":"8"}]}"""),
               "--to", "sqlite", "-o", path_of("db"))
    tables = rows_of("db")
    check(done.returncode == 0, done)
    check([(row["id"], row["match_type"], row["bid"]) for row in tables["keywords"]] == [("1", "EXACT", 12)], tables)
    check([(row["kind"], row["id"], row["code"], row["message"], row["path"]) for row in tables["errors"]] ==
          [("keyword", "1", 3, "m", "items[0].exceptions[0]"), ("keyword", "1", 4, '{"code":4}', "items[0].exceptions[1]")],
          tables["errors"])
    check([(row["id"], row["container"], row["raw"]) for row in tables["unknown"]] ==
          [("1", "stuff", '{"id":"1","x":2}'), ("1", "things", '{"id":"1"}')], tables["unknown"])
    check([row["kind"] for row in tables["other"]] == ["entity_history", "entity_history", "keyword"], tables["other"])
    check(tables["product_groups"][0]["catalog_product_group_id"] == "7", tables)
    check([row["id"] for row in tables["ad_groups"]] == ["8"], tables)
    check(b"without an id" in done.stderr and b"came before" in done.stderr, done.stderr)
    table = run(path_of("in"), "--to", "csv", "--kind", "keyword").stdout
    check(table.startswith(b"id,bid,match_type,exceptions\r\n1,12,EXACT,"), table)
    # Rows: names in any spelling, every cell a text, no proof that it is whole.
    done = run(write("in.csv", 'ID;Name;Daily Spend Cap;Is LTV optimized;Objective Type\r\n7;"a;b";25;TRUE;"AWARENESS"\r\n'
                     "8;;;false;x\r\n"), "--to", "sqlite", "-o", path_of("rows"), "--json")
    check(json.loads(done.stdout)["complete"] is False and b"proves" in done.stderr, done)
    check([(row["id"], row["name"], row["daily_spend_cap"], row["is_ltv_optimized"], row["objective_type"])
           for row in rows_of("rows")["campaigns"]] == [("7", "a;b", 25, 1, "AWARENESS"), ("8", None, None, 0, "x")],
          rows_of("rows"))
    # A column alone, whose cell is empty, is still a row.
    write("in", '{"campaigns":[{"x":null},{"x":1},{}]}')
    check(run(path_of("in"), "--to", "csv").stdout == b'x\r\n""\r\n1\r\n""\r\n')
    # Too many columns are refused.
    done = run("-", "--to", "csv", text=b'{"a":[{%s}]}' % b",".join(b'"%d":1' % i for i in range(5000)))
    check(done.returncode == 2, done)


def many_members():
    """Work does not grow with the square of the members."""
    clean()
    many = ['"%d":1' % number for number in range(200000)]
    half = ",".join(many[:100000])
    write("in", '{"campaigns":[{"id":"1",%s},{"exceptions":[],%s,"data":{"id":"2",%s}}]}' % (",".join(many), half, half))
    begin = time.time()
    for to in ["jsonl"], ["csv"], ["sqlite", "-o", path_of("db")]:
        done = run(path_of("in"), "--to", *to, program=fast)
        check(done.returncode == (2 if to == ["csv"] else 0), done.stderr)
    check(time.time() - begin < 20, time.time() - begin)
    check([row["id"] for row in rows_of("db")["campaigns"]] == ["1", "2"])


# ---- what happens to the program ----------------------------------------------------------------

def big(count, name="n", keywords=True):
    parts = ['{"keywords":[']
    for number in range(count):
        parts.append('%s{"id":"%d","match_type":"EXACT","value":"%s %d","padding":"%s"}' %
                     ("," if number else "", number, name, number, "p" * 200))
    parts.append("]}")
    return "".join(parts)


def killed():
    clean()
    count = 20000
    write("one", big(count, "one"))
    write("two", big(count, "two"))
    check(run(path_of("one"), "--to", "sqlite", "-o", path_of("db"), program=fast).returncode == 0)
    state = rows_of("db")["keywords"]
    begin = time.time()
    check(run(path_of("two"), "--to", "sqlite", "-o", path_of("db"), program=fast).returncode == 0)
    lasts = time.time() - begin
    r = random.Random(3)
    current, stopped = "two", {"db": 0, "new": 0}
    for number in range(max(4, scale // 4)):
        other = "one" if current == "two" else "two"
        target = "new" if number % 4 == 3 else "db"
        sent = signal.SIGKILL if number % 2 else r.choice([signal.SIGTERM, signal.SIGINT])
        process = subprocess.Popen([fast, "convert", path_of(other), "--to", "sqlite", "-o", path_of(target), "--quiet"],
                                   stderr=subprocess.PIPE)
        time.sleep(r.random() * lasts * 1.1)
        process.send_signal(sent)
        process.communicate()
        check(process.returncode in (0, -sent if sent == signal.SIGKILL else 128 + sent), process.returncode, sent)
        if target == "new":
            # There is none, or a whole one.
            check(os.path.exists(path_of("new")) or process.returncode != 0)
            if os.path.exists(path_of("new")):
                check(len(rows_of("new")["keywords"]) == count)
                os.unlink(path_of("new"))
            stopped["new"] += process.returncode != 0
        else:
            # To look at it takes the interrupted transaction back.
            base = sqlite3.connect(path_of("db"))
            words = {row[0].split()[0] for row in base.execute("SELECT value FROM keywords")}
            counts = base.execute("SELECT count(*), max(last_seen) - (SELECT max(id) FROM runs) FROM keywords").fetchone()
            check(base.execute("PRAGMA integrity_check").fetchone() == ("ok",))
            base.close()
            check(counts == (count, 0), counts)
            check(words == {current} or (words == {other} and process.returncode in (0, -signal.SIGKILL)),
                  words, current, process.returncode)
            current = words.pop()
            stopped["db"] += process.returncode != 0
        if sent != signal.SIGKILL:
            left = [name for name in os.listdir(place) if name not in ("one", "two", "db", "new")]
            check(not left, left)
        for name in os.listdir(place):
            if name not in ("one", "two", "db"):
                os.unlink(path_of(name))
    check(len(state) == count and stopped["db"] > 0, stopped)


def two_at_once():
    """Both make the database: the one that is later says what helps, and replaces nothing."""
    clean()
    large, small = write("large", big(20000)), write("small", SMALL)
    process = subprocess.Popen([checked, "convert", large, "--to", "sqlite", "-o", path_of("new")],
                               stderr=subprocess.PIPE)
    while not any(name.startswith("new") for name in os.listdir(place)) and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGSTOP)  # it has begun, and the other one overtakes it
    check(run(small, "--to", "sqlite", "-o", path_of("new")).returncode == 0)
    first = read("new")
    process.send_signal(signal.SIGCONT)
    said = process.communicate()[1]
    check(process.returncode == 2 and b"run it again" in said and b"--force" not in said, process.returncode, said)
    check(read("new") == first and sorted(os.listdir(place)) == ["large", "new", "small"], os.listdir(place))
    check(run(large, "--to", "sqlite", "-o", path_of("new")).returncode == 0)


def full_disk():
    """A file system with no room, when one can be had."""
    disk = os.path.join(folder, "disk")
    os.makedirs(disk, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode != 0:
        print("not tried: a full disk (no tmpfs can be mounted)")
        return
    try:
        small, large = write("small", big(100)), write("large", big(20000, "large"))
        target = os.path.join(disk, "db")
        check(run(small, "--to", "sqlite", "-o", target).returncode == 0)
        before = open(target, "rb").read()
        for words in [["--to", "sqlite", "-o", target], ["--to", "sqlite", "-o", os.path.join(disk, "new")],
                      ["--to", "jsonl", "-o", os.path.join(disk, "out")],
                      ["--to", "csv", "-o", os.path.join(disk, "out.csv")]]:
            done = run(large, *words)
            check(done.returncode == 9 and b"full" in done.stderr.lower() or b"space" in done.stderr, words, done)
            check(os.listdir(disk) == ["db"] and open(target, "rb").read() == before, words, os.listdir(disk))
        # Standard input that cannot be kept.
        done = run("-", "--to", "jsonl", text=open(large, "rb").read(), env={**os.environ, "TMPDIR": disk})
        check(done.returncode in (0, 9), done.stderr)
    finally:
        subprocess.run(["umount", disk])


def memory():
    """The size of the file does not matter."""
    clean()
    used = {}
    for count in (20000, 150000):
        write("in", big(count))
        for to in ["jsonl", "-o", path_of("out")], ["csv", "-o", path_of("out.csv")], ["sqlite", "-o", path_of("db")]:
            # A child has at first the size of its parent, so there is a small one between.
            small = ("import subprocess, resource, sys; code = subprocess.call(sys.argv[1:]);"
                     "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
            done = subprocess.run([sys.executable, "-S", "-E", "-c", small, fast, "convert", path_of("in"), "--to", *to,
                                   "--quiet", "--force"], stdout=subprocess.PIPE)
            code, size = map(int, done.stdout.split())
            check(code == 0, to, code)
            used.setdefault(to[0], []).append(size)
    for to, sizes in used.items():
        check(sizes[1] < sizes[0] + 1536, to, sizes)
        check(sizes[1] < 20 * 1024, to, sizes)
    clean()


for test in (schema, random_rounds, truncated, places, command_line, records_of_all_sorts, many_members, killed, two_at_once,
             full_disk, memory):
    test()
clean()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
