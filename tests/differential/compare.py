"""python3 compare.py PROGRAM COUNT: random tables and documents, read by PROGRAM (records.c) and by
python's csv and json. Ends with `N passed, N failed`."""
import csv
import io
import json
import random
import subprocess
import sys

PIECES = ['a', '1', 'x y', '\u00e9', '\U0001f384', ',', ';', '\t', '"', '""', '\n', '\r\n', '\r', "'",
          '\\', ' ', 'campaign', '0123456789' * 7, '\x01', '']
NAMES = ['id', 'campaigns', 'ads', 'items', 'data', 'x', 'errors', 'Exceptions', 'error_message', 'a b',
         '\u00e9', '"', 'type']
ERRORS = {'errors', 'Exceptions', 'error_message'}


def text(roll, pieces=PIECES):
    return ''.join(roll.choice(pieces) for _ in range(roll.choice([0, 1, 1, 2, 3, 8])))


# ---- tables

def written_table(roll, separator):
    """What python's csv writes."""
    out = io.StringIO(newline='')
    writer = csv.writer(out, delimiter=separator, lineterminator=roll.choice(['\n', '\r\n', '\r', '\n\n']),
                        quoting=roll.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    width = roll.randint(1, 6)
    for _ in range(roll.randint(0, 6)):
        writer.writerow([text(roll) for _ in range(width if roll.random() < .7 else roll.randint(1, 8))])
    return out.getvalue()


def wild_table(roll, separator):
    """Bytes that mean something, in any order."""
    return text(roll) + ''.join(roll.choice(['"', '"', separator, separator, '\n', '\r', 'a', 'b c', ' ', '""'])
                                for _ in range(roll.randint(0, 40)))


def table_rows(file, separator):
    """Its rows as lists of (name, cell), or None when it is wrong."""
    try:
        rows = [row for row in csv.reader(io.StringIO(file, newline=''), delimiter=separator, strict=True) if row]
    except csv.Error:
        return None
    names = rows[0] if rows else []
    return [[(names[i] if i < len(names) and names[i] else 'column_%d' % (i + 1), cell)
             for i, cell in enumerate(row)] for row in rows[1:]]


def same_rows(rows, got, ended):
    if rows is None:
        return not ended
    if not ended or len(rows) != len(got):
        return False
    for row, record in zip(rows, got):
        # python does not tell an empty cell from "", so either may be there
        pairs = json.loads(record, object_pairs_hook=list)
        if [p for p in row if p[1]] != [tuple(p) for p in pairs if p[1]]:
            return False
        if any(tuple(p) not in row for p in pairs):
            return False
    return True


# ---- documents

def value(roll, depth):
    kind = roll.randint(0, 9 if depth else 5)
    if kind < 6:
        return [None, True, roll.randint(-9, 10 ** 12), roll.random() * 1e9, text(roll), False][kind]
    if kind < 8:
        return [value(roll, depth - 1) for _ in range(roll.randint(0, 4))]
    return {roll.choice(NAMES) + text(roll, ['', 'q']): value(roll, depth - 1) for _ in range(roll.randint(0, 4))}


def container(roll, depth):
    while True:
        made = value(roll, depth)
        if isinstance(made, (dict, list)):
            return made


def records_of(document, in_list=False, name=''):
    if isinstance(document, list):
        for item in document:
            yield from records_of(item, True)
    elif isinstance(document, dict):
        if in_list or name in ERRORS:
            yield document
        else:
            for key, member in document.items():
                # the name of errors reaches through the lists under it
                yield from records_of(member, False, key)


def dumped(roll, document):
    return json.dumps(document, ensure_ascii=roll.random() < .5, indent=roll.choice([None, None, 1]),
                      separators=roll.choice([None, (',', ':')]))


# ---- the comparison

def cases(roll, count):
    for _ in range(count):
        separator = roll.choice(',;\t|')
        for make in written_table, wild_table:
            file = make(roll, separator)
            if file[:1] in ('{', '[', '<', '\x01', '\x00') or file.startswith('\ufeff'):
                continue
            yield 'c', separator, file, table_rows(file, separator)
        document = container(roll, 5)
        yield 'j', ' ', dumped(roll, document), list(records_of(document))
        lines = [value for value in (container(roll, 4) for _ in range(roll.randint(0, 4))) if isinstance(value, dict)]
        yield 'l', ' ', roll.choice(['\n', '\r\n', '']).join(dumped(roll, line) for line in lines), lines


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    roll = random.Random(1)
    made = list(cases(roll, count))
    stream = io.BytesIO()
    for form, separator, file, _ in made:
        encoded = file.encode()
        stream.write(('%s%s%d\n' % (form, separator, len(encoded))).encode() + encoded)
    run = subprocess.run([program], input=stream.getvalue(), stdout=subprocess.PIPE, check=False)
    if run.returncode:
        sys.exit('the program failed')
    out, at, failed = run.stdout, 0, 0
    for form, separator, file, want in made:
        got = []
        while True:
            end = out.index(b'\n', at)
            line, at = out[at:end].decode(), end + 1
            if line[0] != 'R':
                break
            got.append(out[at:at + int(line[2:])].decode())
            at += int(line[2:]) + 1
        ended = line == '.'
        if form == 'c':
            good = same_rows(want, got, ended)
        else:
            good = ended and [json.loads(record) for record in got] == want
        if not good:
            failed += 1
            if failed < 5:
                print('%s %r gives %r, %s, not %r' % (form, file, got, line, want))
    print('%d passed, %d failed' % (len(made) - failed, failed))
    sys.exit(failed > 0)


main()
