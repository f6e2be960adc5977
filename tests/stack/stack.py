#!/usr/bin/env python3
"""The deepest stack of every public function, from gcc's call graph and the disassembly.

    stack.py FOLDER                 the table of README.md; fails above a ceiling
    stack.py FOLDER --all           every public function, the deepest first
    stack.py FOLDER --chain NAME    the calls that lead to the deepest point, on Cortex-M0+
    stack.py FOLDER --measured FILE compares with lines `bytes function` that a machine measured

FOLDER has CPU.ci (gcc -fcallgraph-info=su,da), frames and calls of what gcc compiled, and CPU.elf,
from whose disassembly come those of the C library and of libgcc. What cannot be bounded is an error:
recursion, a frame that is not static, a call through a pointer that REACHES does not know.
"""
import re
import subprocess
import sys

CPUS = ["m0plus", "m4"]

# Rows of the table: what, the functions, ceilings on M0+ and M4. The first pattern that a function
# matches is its own. ALONE: transport and sink are the program's; without it they are those of
# pinbulk_http1 and pinbulk_reading, and their stack is in the figure too.
ALONE = ("pinbulki_http1_", "pinbulki_reading_")
ROWS = [
    ("JSON writer", "pinbulk_write", 512, 448, ALONE),
    ("JSON reader", "pinbulk_reader_", 320, 256, ALONE),
    ("decode", "pinbulk_decode_", 768, 704, ALONE),
    ("validate, encode", "pinbulk_(validate|encode)_", 1024, 960, ALONE),
    ("bodies", "pinbulk_body_", 768, 704, ALONE),
    ("an upsert in parts", "pinbulk_parts_(?!run)", 896, 768, ALONE),
    ("requests", "pinbulk_request_", 512, 448, ALONE),
    ("responses", "pinbulk_response_", 896, 832, ALONE),
    ("records, `pinbulk_reading`", "pinbulk_(records?|reading)_", 1024, 1024, ()),
    ("begin a job, ask it what is next", "pinbulk_job_(?!run|exchanged)", 768, 704, ALONE),
    ("`pinbulk_job_exchanged`", "pinbulk_job_exchanged", 1024, 960, ALONE),
    ("`pinbulk_job_run`", "pinbulk_job_run", 1024, 1024, ALONE),
    ("`pinbulk_parts_run`", "pinbulk_parts_run", 1024, 1024, ALONE),
    ("`pinbulk_token_refresh`", "pinbulk_token_refresh", 1024, 960, ALONE),
    ("HTTP/1.1 adapter", "pinbulk_http1_", 768, 640, ALONE),
    ("everything else", "pinbulk_", 640, 512, ALONE),
]
# All of it at once.
ROWS_TOGETHER = ("`pinbulk_job_run` over that adapter, into a `pinbulk_reading`", "pinbulk_job_run",
                 1200, 1184, ())

# What each call through a pointer can reach, as it stands in the source. HOST is a function of the
# program: its own stack counts 0 here. What it has to call of the library while it runs counts.
HOST = "host"
EXCHANGE = [HOST, "pinbulk_body_read", "pinbulk_body_rewind", "pinbulk_response_begin",
            "pinbulk_response_header", "pinbulk_response_body", "pinbulk_response_cancelled",
            "pinbulki_http1_exchanged"]
REACHES = {
    "encoder->options.warn": [HOST],
    "division->is_outside": ["pinbulki_part_is_outside"],
    "division->begin_list": ["pinbulki_part_begin_list"],
    "division->next": ["pinbulki_part_next"],
    "division->passed": ["pinbulki_part_passed"],
    "list->source->next": [HOST],
    "list->source->rewind": [HOST],
    "list->source->seek": [HOST],
    "list.source->next": [HOST],
    "list.source->rewind": [HOST],
    "writer->sink.write": [HOST],
    "response->sink.write": [HOST, "pinbulki_job_write", "pinbulki_reading_write"],
    "response->sink.restart": [HOST, "pinbulki_job_restart", "pinbulki_reading_restart"],
    "response->cancel": ["pinbulki_job_cancelled", "pinbulki_run_cancelled"],
    "job->config.sink.write": [HOST, "pinbulki_reading_write"],
    "job->config.sink.restart": [HOST, "pinbulki_reading_restart"],
    "job->config.event": [HOST, "pinbulk_job_cancel"],
    "job->config.cancelled": [HOST],
    "job->config.token": [HOST],
    "inflate->begin": [HOST],
    "inflate->write": [HOST, "pinbulki_job_unpacked"],
    "inflate->end": [HOST],
    "reading->config.record": [HOST],
    "config.restart": [HOST],
    "transport->exchange": EXCHANGE,
    "run->transport->exchange": EXCHANGE,
    "transport->now": [HOST, "pinbulki_http1_now"],
    "run->transport->now": [HOST, "pinbulki_http1_now"],
    "transport->sleep": [HOST, "pinbulki_http1_sleep"],
    "transport->random": [HOST, "pinbulki_http1_random"],
    "report": [HOST],
    "config->now": [HOST],
    "config->sleep": [HOST],
    "config->random": [HOST],
    "stream->connect": [HOST],
    "stream->send": [HOST],
    "stream->recv": [HOST],
    "stream->reason": [HOST],
    "http->config.stream.close": [HOST],
}

sources = {}


def fail(text):
    sys.exit("stack.py: " + text)


def pointer_at(place):
    """The expression that is called at file:line:column; gcc may give the start of its statement."""
    path, line, column = place.rsplit(":", 2)
    if path not in sources:
        sources[path] = open(path).read().split("\n")
    lines = sources[path][int(line) - 1:int(line) + 9]
    statement = " ".join([lines[0][int(column) - 1:]] + lines[1:]).split(";")[0]
    for called in re.findall(r"([a-z]\w*(?:(?:->|\.)\w+)*)\(", statement):
        if called in REACHES:
            return called
    fail("%s: REACHES does not know what this calls: %s" % (place, statement))


def read_graph(path):
    """Frames and calls of the functions that gcc compiled."""
    frames, calls, used = {}, {}, set()
    for line in open(path):
        kind = line.split(":", 1)[0]
        texts = [text.split(":")[-1] if i < 2 else text
                 for i, text in enumerate(re.findall(r': "([^"]*)"', line))]
        if kind == "node" and "bytes (" in line:
            found = re.search(r"(\d+) bytes \((\w+)\)", line)
            if found.group(2) != "static" or "\\n0 dynamic objects" not in line:
                fail(texts[0] + " has a frame that is not static")
            frames[texts[0]] = int(found.group(1))
            calls.setdefault(texts[0], set())
        elif kind == "edge" and texts[1] == "__indirect_call":
            if len(texts) < 3:
                fail(texts[0] + " calls through a pointer at an unknown place")
            pointer = pointer_at(texts[2])
            used.add(pointer)
            calls.setdefault(texts[0], set()).update(REACHES[pointer])
        elif kind == "edge":
            calls.setdefault(texts[0], set()).add(texts[1])
    if set(REACHES) - used:
        fail("nothing calls " + ", ".join(sorted(set(REACHES) - used)))
    return frames, calls


def pushed(instruction):
    """Bytes by which an instruction of Thumb moves the stack pointer down."""
    found = re.match(r"(?:push|stmdb(?:\.w)?\s+sp!,)\s*\{(.*)\}", instruction)
    if found:
        return 4 * len(found.group(1).split(","))
    found = (re.match(r"sub\S*\s+sp,(?: sp,)? #(\d+)", instruction) or
             re.match(r"str\S*\s.*\[sp, #-(\d+)\]!", instruction))
    if found:
        return int(found.group(1))
    if re.match(r"(sub|mov|add)\S*\s+sp, (sp, )?r\d|vpush", instruction):
        return None
    return 0


def add_library(path, frames, calls):
    """The same of the functions that gcc did not compile, and who calls them. A push counts on
    whatever path it lies."""
    text = subprocess.run(["arm-none-eabi-objdump", "-d", "--no-show-raw-insn", path],
                          check=True, capture_output=True, text=True).stdout
    name, compiled = None, set(frames)
    for line in text.split("\n"):
        begin = re.match(r"[0-9a-f]+ <(\S+)>:", line)
        if begin:
            name = begin.group(1)
            if name not in compiled:
                frames[name] = 0
                calls[name] = set()
        instruction = "\t".join(line.split("\t")[1:])
        jump = re.match(r"bl?(?:\w\w)?(?:\.[nw])?\s+[0-9a-f]+ <([^+>]+)>", instruction)
        if jump and jump.group(1) != name and (jump.group(1) not in compiled or
                                               name not in compiled):
            calls[name].add(jump.group(1))
        if name and name not in compiled:
            bytes_ = pushed(instruction)
            if bytes_ is None:
                fail("%s moves the stack pointer: %s" % (name, instruction))
            frames[name] += bytes_
    add_aliases(path, frames, calls)


def add_aliases(path, frames, calls):
    """Other names of functions: gcc folds those whose code is the same."""
    text = subprocess.run(["arm-none-eabi-nm", path], check=True, capture_output=True,
                          text=True).stdout
    names = {}
    for address, kind, name in (line.split() for line in text.split("\n") if line):
        if kind in "TtWw":
            names.setdefault(address, []).append(name)
    for same in names.values():
        for name in same:
            for known in same:
                if name not in frames and known in frames:
                    frames[name], calls[name] = 0, {known}


class Depths:
    """The deepest stack of each function. With `without`, nothing whose name begins so is called
    through a pointer."""

    def __init__(self, frames, calls, without=()):
        self.frames, self.calls, self.without = frames, calls, tuple(without)
        self.known, self.open = {HOST: (0, None, True)}, []

    def of(self, name):
        """Bytes, the callee that leads to them, and whether the program's functions are called."""
        if name in self.known:
            return self.known[name]
        if name in self.open:
            fail("recursion: " + " > ".join(self.open[self.open.index(name):] + [name]))
        if name not in self.frames:
            fail("nothing is known of " + name)
        self.open.append(name)
        below, deepest, host = 0, None, False
        for callee in sorted(self.calls[name]):
            if self.without and callee.startswith(self.without) and not name.startswith(self.without):
                continue
            bytes_, _, calls_host = self.of(callee)
            host = host or calls_host
            if bytes_ > below:
                below, deepest = bytes_, callee
        self.open.pop()
        self.known[name] = (self.frames[name] + below, deepest, host)
        return self.known[name]

    def chain(self, name):
        while name:
            yield self.frames.get(name, 0), self.of(name)[0], name
            name = self.of(name)[1]


def functions_of(folder, cpu):
    frames, calls = read_graph("%s/%s.ci" % (folder, cpu))
    add_library("%s/%s.elf" % (folder, cpu), frames, calls)
    return frames, calls


def table(graphs):
    """Prints the table; returns whether all are below their ceilings."""
    good = True
    print("| bytes of stack, gcc -Os | Cortex-M0+ | Cortex-M4 |")
    print("|---|--:|--:|")
    rest = {name for name in graphs[0][0] if name.startswith("pinbulk_")}
    for what, pattern, *ceilings, without in ROWS + [ROWS_TOGETHER]:
        names = {name for name in rest if re.match(pattern, name)} or {pattern}
        rest -= names
        cells = []
        for (frames, calls), cpu, ceiling in zip(graphs, CPUS, ceilings):
            depths = Depths(frames, calls, without)
            name = max(sorted(names), key=lambda name: depths.of(name)[0])
            bytes_ = depths.of(name)[0]
            cells.append(bytes_)
            if bytes_ > ceiling:
                print("%s: %s takes %d bytes on %s, the ceiling is %d" %
                      (what, name, bytes_, cpu, ceiling), file=sys.stderr)
                good = False
        print("| %s | %d | %d |" % (what, *cells))
    return good


def compare(frames, calls, path):
    """Whether what was measured is at most what was computed, and not too little to be true."""
    depths, good = Depths(frames, calls), True
    for line in open(path):
        measured, name = line.split()
        computed = depths.of(name)[0]
        print("%5s of %5d bytes measured: %s" % (measured, computed, name))
        if not computed / 3 <= int(measured) <= computed:
            print("%s: the analysis or the measurement is wrong" % name, file=sys.stderr)
            good = False
    return good


def main(folder, mode="", argument=""):
    if mode == "--measured":
        return compare(*functions_of(folder, CPUS[1]), argument)
    graphs = [functions_of(folder, cpu) for cpu in CPUS]
    if not mode:
        return table(graphs)
    depths = [Depths(*graph) for graph in graphs]
    if mode == "--chain":
        print("frame deepest function")
        for frame, deepest, name in depths[0].chain(argument):
            print("%5d %7d %s" % (frame, deepest, name))
        return True
    public = [name for name in graphs[0][0] if name.startswith("pinbulk_")]
    print("  M0+    M4  function")
    for name in sorted(public, key=lambda name: -depths[0].of(name)[0]):
        print("%5d %5d  %s%s" % (depths[0].of(name)[0], depths[1].of(name)[0], name,
                                 " + host" if depths[0].of(name)[2] else ""))
    return True


sys.exit(not main(*sys.argv[1:]))
