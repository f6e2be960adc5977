"""Judges bodies of requests by the digest of the API, which knows nothing of pinbulk.h.

    judge.py DIGEST BODIES CHECK

BODIES has one in a line behind the name of its schema. All must be valid, and together have every
member and value of the digest. Then each is broken in every way that the digest knows; CHECK, a
program that answers for bodies in the same form, must refuse it too and name the member. When
PINBULK_ORACLE is a folder with another judge, check-body.mjs, that one sees the bodies as well; it
judges by the API description PINBULK_ORACLE_SPEC.
"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

FACTS = {'pattern', 'min', 'max', 'max-length', 'min-items', 'max-items', 'only', 'keys', 'until',
         'since', 'now', 'required', 'null', 'null-items', 'or'}


class Member:
    """A line of an object: key, type, the lists around it, whether it is a map, and facts."""

    def __init__(self, line):
        self.key, *words = line.split()
        self.lists, self.map, self.target = 0, False, None
        while words[1:2] == ['of']:
            self.lists += words[0] == 'list'
            self.map |= words[0] == 'map'
            words = words[2:]
        self.type, *words = words
        if self.type in ('enum', 'object'):
            self.target, *words = words
        self.facts = {}
        for word in words:
            name, _, value = word.replace('prose:', '').partition('=')
            assert name in FACTS, word
            self.facts[name] = value

    def has(self, fact):
        return fact in self.facts


class Block:
    def __init__(self, kind, rest):
        self.kind, self.rest = kind, rest
        self.members, self.rules, self.cases = {}, [], {}
        self.values, self.old = [], []

    def add(self, line):
        words = line.split()
        if self.kind == 'enum':
            facts = [word for word in words if '=' in word]
            values = [word for word in words if '=' not in word]
            old = any(fact.startswith('until=') for fact in facts)
            if not old:
                self.values += values
            elif not any(fact.startswith('now=') for fact in facts):
                self.old += values
        elif self.kind == 'choice':
            self.cases[words[0]] = words[1]
        elif words[0] == 'rule':
            self.rules.append(words[1:4])
        else:
            member = Member(line)
            self.members.setdefault(member.key, []).append(member)


def read_digest(path):
    blocks, block = {}, None
    with open(path) as file:
        for line in file:
            if line.startswith('  '):
                block.add(line)
            elif line.strip() and not line.startswith(('#', 'version ')):
                kind, name, *rest = line.split()
                block = blocks[name] = Block(kind, rest)
                block.name = name
    return blocks


# ---- the digest as JSON Schema ------------------------------------------------------------------

class Schemas:
    """Schemas of objects. One that is used twice is the same dict twice: nothing is resolved."""

    def __init__(self, blocks):
        self.blocks, self.done = blocks, {}

    def of_object(self, name):
        if name not in self.done:
            block = self.blocks[name]
            self.done[name] = self.of_choice(block) if block.kind == 'choice' else self.of(block)
        return self.done[name]

    def of_choice(self, block):
        _, tag = block.rest
        if tag == 'name':
            return {'type': 'object', 'minProperties': 1, 'maxProperties': 1,
                    'additionalProperties': False,
                    'properties': {v: self.of_object(n) for v, n in block.cases.items()}}
        ways = []
        for value, name in block.cases.items():
            here = {'required': [tag], 'properties': {tag: {'const': value}}}
            ways.append({'if': {'not': {'required': [tag]}} if value == '-' else here,
                         'then': self.of_object(name)})
        tags = {'type': 'object', 'properties': {tag: {'enum': [v for v in block.cases]}}}
        if '-' not in block.cases:
            tags['required'] = [tag]
        return {'allOf': [tags] + ways}

    def of(self, block):
        schema = {
            'type': 'object', 'additionalProperties': False,
            'required': [key for key, ways in block.members.items() if ways[0].has('required')],
            'properties': {key: self.of_member(ways) for key, ways in block.members.items()}}
        schema['allOf'] = [self.of_rule(*rule) for rule in block.rules]
        return schema

    @staticmethod
    def of_rule(rule, a, b):
        def is_set(key):
            return {'required': [key], 'properties': {key: {'not': {'type': 'null'}}}}
        if rule == 'apart':
            return {'not': {'allOf': [is_set(a), is_set(b)]}}
        if rule == 'needs':
            return {'if': is_set(a), 'then': is_set(b)}
        assert rule == 'any'
        return {'anyOf': [is_set(a), is_set(b)]}

    def of_member(self, ways):
        schemas = [self.of_way(member) for member in ways]
        if ways[0].has('null'):
            schemas.append({'type': 'null'})
        return schemas[0] if len(schemas) == 1 else {'anyOf': schemas}

    def of_way(self, member):
        if member.type == 'object':
            schema = self.of_object(member.target)
        elif member.type == 'enum':
            schema = {'enum': allowed_values(self.blocks, member)}
        else:
            schema = {'type': member.type}
            if member.facts.get('only') == 'false':
                schema['const'] = False
        names = {'min': 'minimum', 'max': 'maximum', 'max-length': 'maxLength'}
        for fact, name in names.items():
            if member.has(fact):
                schema[name] = int(member.facts[fact])
        if member.has('pattern'):  # as ECMAScript means it
            pattern = member.facts['pattern'].replace(r'\d', '[0-9]')
            schema['pattern'] = re.sub(r'\$$', r'\\Z', pattern)
        if member.map:
            schema = {'type': 'object', 'additionalProperties': schema}
            if member.has('keys'):
                schema['propertyNames'] = {'enum': member.facts['keys'].split(',')}
        for level in range(member.lists):
            if member.has('null-items'):
                schema = {'anyOf': [schema, {'type': 'null'}]}
            schema = {'type': 'array', 'items': schema}
            if level == member.lists - 1:
                for fact, name in (('min-items', 'minItems'), ('max-items', 'maxItems')):
                    if member.has(fact):
                        schema[name] = int(member.facts[fact])
        return schema


def allowed_values(blocks, member):
    return (member.facts['only'].split(',') if member.has('only')
            else blocks[member.target].values)


# ---- a walk through a body ----------------------------------------------------------------------

def way_of(member_ways, value):
    """Of several kinds of a member the one that a value is of."""
    for way in member_ways:
        if (way.type == 'object') == isinstance(value, dict):
            return way
    return member_ways[0]


def walk(blocks, name, value, path):
    """Yields (block, object, path) of every object in a value, itself included."""
    block = blocks[name]
    if block.kind == 'choice':
        tag = block.rest[1]
        if tag == 'name':
            yield block, value, path
            (key, inner), = value.items()
            yield from walk(blocks, block.cases[key], inner, path + [key])
            return
        block = blocks[block.cases[value.get(tag, '-')]]
    yield block, value, path
    for key, inner in value.items():
        way = way_of(block.members[key], inner)
        if way.type != 'object' or inner is None:
            continue
        if not way.lists:
            yield from walk(blocks, way.target, inner, path + [key])
            continue
        for index, item in enumerate(inner):
            yield from walk(blocks, way.target, item, path + [key, index])


def text_of(path):
    text = ''
    for step in path:
        text += '[%d]' % step if isinstance(step, int) else ('.' if text else '') + step
    return text


def at(document, path):
    for step in path:
        document = document[step]
    return document


class Coverage:
    """What of the digest the bodies have."""

    def __init__(self, blocks):
        self.blocks, self.seen = blocks, set()
        self.tags = set()
        for block in blocks.values():
            if block.kind == 'choice' and block.rest[1] != 'name':
                self.tags |= {(name, block.rest[1]) for name in block.cases.values()}

    def add(self, block, value):
        if block.kind == 'choice':
            self.seen |= {(block.name, key) for key in value}
            return
        for key, ways in block.members.items():
            if key not in value:
                self.seen.add((block.name, key, 'absent'))
            elif value[key] is None:
                self.seen.add((block.name, key, 'null'))
            else:
                way = way_of(ways, value[key])
                self.seen.add((block.name, key, 'set', ways.index(way)))
                items = value[key]
                if way.type == 'enum':
                    for item in items if way.lists else [items]:
                        self.seen.add((block.name, key, item))

    def wanted(self, roots):
        done, names = set(), list(roots)
        while names:
            name = names.pop()
            if name in done:
                continue
            done.add(name)
            block = self.blocks[name]
            if block.kind == 'choice':
                names += block.cases.values()
                if block.rest[1] == 'name':
                    yield from ((name, key) for key in block.cases)
                continue
            for key, ways in block.members.items():
                if not ways[0].has('required') and (name, key) not in self.tags:
                    yield name, key, 'absent'
                if ways[0].has('null'):
                    yield name, key, 'null'
                for index, way in enumerate(ways):
                    yield name, key, 'set', index
                    if way.type == 'object':
                        names.append(way.target)
                    elif way.type == 'enum':
                        for value in allowed_values(self.blocks, way):
                            yield name, key, value


# ---- breaking bodies ----------------------------------------------------------------------------

# What pinbulk.h takes although the digest does not: operations on members with constants have
# texts.
LENIENT = {('TargetingSpecOperation.APPTYPE', 'values'),
           ('TargetingSpecOperation.GENDER', 'values'),
           ('TargetingSpecOperation.AGE_BUCKET', 'values')}

WRONG_TYPE = {'string': 7, 'integer': '7', 'number': '7', 'boolean': 'true', 'enum': 7,
              'object': [], 'list': {'a': 1}, 'map': [1]}
BAD_IDS = ['', '12x', 'X1', ' 1', '1\n', 'AG', 'C', '-1', '\u0661']


def wrong_values(blocks, block, member, value):
    """Yields (kind, value, rest of the path, results) for one member that is set."""
    facts, is_plain = member.facts, not member.lists and not member.map
    outer = 'map' if member.map else 'list' if member.lists else member.type
    around = (lambda v: v)
    inside = []
    if member.map:
        around, inside = (lambda v: {'k': v}), ['k']
    for _ in range(member.lists):
        around, inside = (lambda v, a=around: [a(v)]), [0] + inside
    yield 'type', WRONG_TYPE[outer], [], 'WRONG_TYPE'
    if 'null' not in facts:
        yield 'null', None, [], 'NOT_NULLABLE'
    if not is_plain:
        if not member.has('keys'):
            yield 'item type', around(WRONG_TYPE[member.type]), inside, 'WRONG_TYPE'
        if 'null-items' not in facts and not member.has('keys'):
            yield 'null item', around(None), inside, 'WRONG_TYPE NOT_NULLABLE'
    if member.type == 'integer':
        yield 'fraction', around(1.5), inside, 'WRONG_TYPE OUT_OF_RANGE'
    if member.type == 'enum' and (block.name, member.key) not in LENIENT:
        enum = blocks[member.target]
        yield 'value', around('NO_SUCH_VALUE'), inside, 'UNKNOWN'
        yield 'case', around(enum.values[0].swapcase() + '_'), inside, 'UNKNOWN'
        allowed = allowed_values(blocks, member)
        for other in enum.old + [v for v in enum.values if v not in allowed]:
            yield 'value ' + other, around(other), inside, 'BAD_ENUM'
    if member.has('pattern'):
        for bad in BAD_IDS:
            yield 'id %r' % bad, around(bad), inside, 'BAD_PATTERN'
        for prefix in ('C', 'AG'):
            if prefix not in facts['pattern']:
                yield 'id ' + prefix, around(prefix + '1'), inside, 'BAD_PATTERN'
    if member.has('min'):
        yield 'small', around(int(facts['min']) - 1), inside, 'OUT_OF_RANGE'
    if member.has('max'):
        yield 'great', around(int(facts['max']) + 1), inside, 'OUT_OF_RANGE'
    if member.has('max-length'):
        long = '\u00e9' * (int(facts['max-length']) + 1)
        yield 'long', around(long), inside, 'BAD_PATTERN'
    if facts.get('only') == 'false':
        yield 'true', True, [], 'OUT_OF_RANGE'
    if member.has('min-items'):
        yield 'few', [], [], 'OUT_OF_RANGE'
    if member.has('max-items') and value:
        most = int(facts['max-items'])
        yield 'many', (value * 9)[:most + 1], [most], 'OUT_OF_RANGE'


class Breaker:
    """Makes broken bodies, one of each kind."""

    def __init__(self, blocks, tags):
        self.blocks, self.tags, self.done, self.values = blocks, tags, set(), {}
        self.broken = []  # (what was done, schema, body, paths, results)

    def add(self, what, schema, body, path, change, paths, results):
        if what in self.done:
            return
        self.done.add(what)
        body = copy.deepcopy(body)
        change(at(body, path))
        self.broken.append((what, schema, body, [text_of(p) for p in paths], results.split()))

    def break_choice(self, schema, body, block, value, path):
        (key, inner), = value.items()

        def rename(name):
            def change(target):
                target[name] = target.pop(key)
            return change

        def empty(target):
            target.clear()

        def twice(target):
            target['another'] = inner
        name = block.name
        self.add((name, key, 'name'), schema, body, path, rename('NO_SUCH_NAME'),
                 [path, path + ['NO_SUCH_NAME']], 'BAD_ENUM UNKNOWN')
        self.add((name, 'empty'), schema, body, path, empty, [path], 'MISSING WRONG_TYPE')
        self.add((name, 'twice'), schema, body, path, twice,
                 [path, path + [key], path + ['another']], 'WRONG_TYPE')
        for other in self.blocks.values():
            if other.kind != 'choice' or other.rest[1] != 'name':
                continue
            for strange, case in other.cases.items():
                if strange not in block.cases and case == block.cases[key]:
                    self.add((name, strange), schema, body, path, rename(strange),
                             [path, path + [strange]], 'BAD_ENUM')

    def break_object(self, schema, body, block, value, path):
        name = block.name

        def put(key, new):
            def change(target):
                target[key] = new
            return change

        def remove(*keys):
            def change(target):
                for key in keys:
                    target.pop(key, None)
            return change
        self.add((name, 'unknown'), schema, body, path, put('NO_SUCH_MEMBER', 1),
                 [path + ['NO_SUCH_MEMBER']], 'UNKNOWN')
        for key, ways in block.members.items():
            if value.get(key) is None:
                continue
            way, here = way_of(ways, value[key]), path + [key]
            self.values.setdefault((name, key), value[key])
            is_tag = (name, key) in self.tags
            if way.has('required'):
                # Without its tag an object is of another kind, of which anything may be wrong.
                self.add((name, key, 'removed'), schema, body, path, remove(key),
                         [path] if is_tag else [here], 'MISSING NOT_ALLOWED' if is_tag
                         else 'MISSING')
            for what, new, rest, results in wrong_values(self.blocks, block, way, value[key]):
                if is_tag and what.startswith(('value ', 'null')):
                    continue
                paths = [here + rest]
                if way.has('now'):  # both names are one member
                    paths.append(path + [way.facts['now']] + rest)
                if what == 'null':  # which is as good as nothing where something is needed
                    for rule, *both in block.rules:
                        if rule in ('any', 'needs') and key in both:
                            paths += [path + [other] for other in both]
                            results += ' MISSING'
                    if name.startswith('TargetingSpecOperation.'):  # it has no type to tell it by
                        paths.append(path)
                        results += ' NOT_ALLOWED'
                self.add((name, key, way.type, what), schema, body, path, put(key, new), paths,
                         results)
        for rule, a, b in block.rules:
            self.break_rule(schema, body, block, value, path, rule, a, b)

    def break_rule(self, schema, body, block, value, path, rule, a, b):
        name, paths = block.name, [path + [a], path + [b]]
        what = (name, rule, a, b)

        def change(target):
            if rule == 'apart':
                target[a], target[b] = self.values[name, a], self.values[name, b]
            else:
                target.pop(b, None)
                if rule == 'any':
                    target.pop(a, None)
        if rule == 'apart' and not ((name, a) in self.values and (name, b) in self.values):
            return
        if rule == 'needs' and (value.get(a) is None or value.get(b) is None):
            return
        if rule == 'apart' and all(value.get(key) is None for key in (a, b)):
            return
        for other, c, d in block.rules:  # a third one may be in the way too
            if rule == other == 'apart' and {a, b} & {c, d}:
                paths += [path + [key] for key in (c, d) if value.get(key) is not None]
        self.add(what, schema, body, path, change, paths,
                 'NOT_TOGETHER' if rule == 'apart' else 'MISSING')


def is_path(got, wanted, is_inside):
    if got.endswith('...'):  # it was too long
        return wanted.startswith(got[:-3]) or is_inside and got.startswith(wanted)
    return got == wanted or is_inside and got.startswith(wanted + '.')


def check_broken(breaker, validators, check):
    """Counts the broken bodies that somebody takes or that are refused for another reason."""
    lines = ''.join('%s %s\n' % (schema, json.dumps(body))
                    for _, schema, body, _, _ in breaker.broken)
    answers = subprocess.run([check], input=lines, stdout=subprocess.PIPE, check=True,
                             encoding='utf-8').stdout.splitlines()
    assert len(answers) == len(breaker.broken), 'it stopped after %d' % len(answers)
    bad = 0
    for (what, schema, body, paths, results), answer in zip(breaker.broken, answers):
        if validators[schema].is_valid(body):
            print('broken and valid by the digest:', *what)
            bad += 1
            continue
        result, _, path = answer.partition(' ')
        is_inside = what[-1] == 'removed' and what[:2] in breaker.tags
        if (result.replace('PINBULK_', '') not in results
                or not any(is_path(path, wanted, is_inside) for wanted in paths)):
            print('broken:', *what, '- wanted', *results, 'at', *paths, '- got', answer)
            bad += 1
    return bad


# ---- the other judge ----------------------------------------------------------------------------

def ask_oracle(bodies):
    """Gives the bodies to the judge of PINBULK_ORACLE. Returns whether it refuses one of them."""
    folder, spec = os.environ['PINBULK_ORACLE'], os.environ['PINBULK_ORACLE_SPEC']
    refused = False
    with tempfile.TemporaryDirectory() as work:
        names = {}
        for number, (schema, body) in enumerate(bodies):
            # It closes CampaignBidOptions before the update of it adds the required update_mask,
            # so it refuses every such update.
            for campaign in (body.get('update') or {}).get('campaigns', []):
                campaign.pop('bid_options', None)
            name = os.path.join(work, '%d.json' % number)
            with open(name, 'w') as file:
                json.dump(body, file)
            names.setdefault(schema, []).append(name)
        for schema, files in names.items():
            answer = subprocess.run(['node', os.path.join(folder, 'check-body.mjs'), spec, schema]
                                    + files, stdout=subprocess.PIPE, encoding='utf-8', check=False)
            lines = answer.stdout.splitlines()
            print('oracle:', lines[-1] if lines else 'no answer')
            for line in lines[:-1][:10]:
                print('oracle:', line[:400])
            refused |= answer.returncode != 0
    return refused


def main(digest, bodies_path, check):
    blocks = read_digest(digest)
    schemas = Schemas(blocks)
    roots = ['BulkDownloadRequest', 'BulkUpsertRequest']
    validators = {root: Draft202012Validator(schemas.of_object(root)) for root in roots}
    coverage = Coverage(blocks)
    breaker = Breaker(blocks, coverage.tags)
    bodies, bad = [], 0
    with open(bodies_path, encoding='utf-8', newline='\n') as file:
        for line in file:
            schema, _, text = line.rstrip('\n').partition(' ')
            body = json.loads(text)
            bodies.append((schema, body))
            if not validators[schema].is_valid(body):
                bad += 1
                if bad < 10:
                    error = next(validators[schema].iter_errors(body))
                    print('refused:', text_of(error.absolute_path), error.message[:300])
                continue
            for block, value, path in walk(blocks, schema, body, []):
                coverage.add(block, value)
                if block.kind == 'choice':
                    breaker.break_choice(schema, body, block, value, path)
                else:
                    breaker.break_object(schema, body, block, value, path)
    print('%d bodies, %d refused' % (len(bodies), bad))
    wanted = set(coverage.wanted(roots))
    lacking = sorted(wanted - coverage.seen, key=str)
    for one in lacking[:20]:
        print('in no body:', *one)
    print('%d members, states and values, %d in no body' % (len(wanted), len(lacking)))
    wrong = check_broken(breaker, validators, check)
    print('%d broken bodies, %d not refused as they should be' % (len(breaker.broken), wrong))
    failed = [bad, len(lacking), wrong]
    if 'PINBULK_ORACLE' in os.environ:
        failed.append(ask_oracle(bodies))
    print('%d passed, %d failed' % (len([n for n in failed if not n]),
                                    len([n for n in failed if n])))
    return any(failed)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
