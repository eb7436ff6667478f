#!/usr/bin/env python3
"""Every SQL statement of src/store and of uploads in the database: stays in one account, is valid for the schema, and reads through an index.

The constants are taken from the preprocessed source, so macros are opened; each is prepared by SQLite on the real schema."""
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
compiler = shlex.split(sys.argv[2]) if len(sys.argv) > 2 else ['cc']

# Tables without account data, and the queue's statements over all accounts (store/work/jobs.h says why).
NO_ACCOUNT = re.compile(r'\b(logins|invitations|settings|agents|agent_kinds|kinds|launches|services|samples|backups|schema_version)\b')
ALL_ACCOUNTS = [
    'select account_id from job_ready where kind = $1 and state = 0 and account_id > $2',        # jobs_next_account, both lanes
    'select account_id from (with recursive ring',                                               # jobs_next_of_slice
    'select account_id from accounts where account_id > $1',                                     # accounts_next
    'select account_id, id, email, name, role, password_hash, admin from users where account_id > $1',  # users_list
    'select account_id, kind, subject, prio, attempt, run_at_ms from job_later where run_at_ms',  # jobs_due
    'select run_at_ms from job_later order by',                                                  # jobs_next_due
    'select account_id, kind, subject, agent from job_ready',                                    # dead agents
    'select kind, count(*), min(id) from job_ready where state = 0 group by kind',               # counts of the fleet
    'select kind, count(*) from job_ready where state = 1 group by kind',
    'select kind, count(*) from job_later group by kind',
    'select kind, count(*) from job_dead group by kind',
    'select kind, count(*), min(id) from job_ready where state = 0 and prio < 5 group by kind',
    'select account_id, kind, at_ms from account_pauses',                                        # queue_pauses
    'select account_id, count(*), min(id) from job_ready where kind = $1 and state = 0',         # queue_top, a report
    'select count(*), min(id) from (select id from job_ready where kind = $1 and state = 0',      # jobs_ready_some
    'select id, user_id, what, detail, device, address, times, last_ms, account_id, coalesce(',       # audit_all
    'select account_id from job_dead where account_id > $1',                                     # queue_next_dead
]
# Small tables, and counts that must see every row of the queue's index.
SCANS = re.compile(r'SCAN (ring|invitations|kinds|agents|agent_kinds|k|g|launches|services|backups|schema_version|settings|(job_ready|j) USING|job_later USING|job_dead|account_pauses|f\b|some_jobs|some_cards|some_audit|'
                   r'\(subquery|accounts USING|CONSTANT)')
# Reading all of an account's rows of a large table is right only where all of them are meant.
WHOLE_ACCOUNT = re.compile(r'SEARCH (\w+) USING [\w ]*(?:PRIMARY KEY|INDEX \w+) \(account_id=\?\)')
LARGE = {'cards', 'c', 'records', 'r', 'journal', 'keys', 'pairs', 'p', 'merges', 'facts', 'f', 'blobs', 'job_ready', 'import_chunks'}
MEANT = re.compile(r'limit \$2\)$|group by|^select seq from journal|^select id from cards where account_id = \$1 (order|and state = 1)'
                   r'|^update cards set book_id|source_id = s.id'
                   r'|^select \(select count\(\*\) from cards where account_id = \$1\), \(select cast')  # usage_count, once an account
LITERALS = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
STATEMENT = re.compile(r'^\s*(select|insert|update|delete)\b')


def statements(path, database='sqlite', words=None):
    text = subprocess.run([*compiler, '-E', '-P', '-D_GNU_SOURCE', '-std=gnu17', f'-I{root}/src', str(path)], check=True,
                          capture_output=True, text=True).stdout
    for match in LITERALS.finditer(text):
        joined = ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', match.group())).replace('\\"', '"')
        if STATEMENT.match(joined) and ' ' in joined.strip() and '%.*s' not in joined:  # store/installation/tables.c: of any table
            yield words(joined) if words else dialect(database, joined)


def dialect(name, text):
    """As io/sql/sql_dialect.c does it: this database's comments opened, all others left out."""
    return re.sub(r'/\*.*?\*/', ' ', re.sub(rf'/\*{name}:(.*?)\*/', r'\1', text, flags=re.S), flags=re.S)


def stays_in_account(text):
    if NO_ACCOUNT.search(text) or any(text.startswith(known) for known in ALL_ACCOUNTS):
        return True
    if text.startswith('insert') and not re.match(r'insert into \w+ \(account_id,', text):
        return False
    if text.startswith('insert') and ' select ' not in text:
        return True
    scopes = len(re.findall(r'\b(?:from|update|join)\s+(?!\()\w+', re.sub(r' do update|/\*.*?\*/', '', text)))
    return len(re.findall(r'account_id = (?:\$1|\w+\.account_id)', text)) >= scopes


def schema():
    db = sqlite3.connect(':memory:')
    for path in sorted((root / 'schema').glob('*.sql')):
        text = dialect('sqlite', path.read_text())
        db.executescript(re.sub(r'\bbytea\b', 'blob', re.sub(r'\bbigint\b', 'integer', text)))
    db.execute('create table schema_version (version integer primary key, name text, at_ms integer)')
    return db


def plan(db, text):
    numbers = {n: 1 for n in re.findall(r'\$(\d+)', text)}
    return [row[3] for row in db.execute('explain query plan ' + text, numbers)]


def main():
    db, seen, bad = schema(), 0, 0
    for path in [*sorted((root / "src/store").rglob("*.c")), root / 'src/io/blob/blob_sql.c', *sorted((root / 'schema').glob('*.sql'))]:
        for text in statements(path) if path.suffix == '.c' else re.findall('^-- backfill: (.*)$', path.read_text(), re.M):
            seen += 1
            faults = [] if stays_in_account(text) else ['leaves its account']
            try:
                steps = plan(db, text)
                faults += [step for step in steps if step.startswith('SCAN') and not SCANS.match(step)]
                faults += [step for step in steps if (all_rows := WHOLE_ACCOUNT.match(step)) and all_rows.group(1) in LARGE
                           and not MEANT.search(text)]
            except sqlite3.Error as error:
                faults.append(str(error))
            bad += bool(faults)
            for fault in faults:
                print(f'{path.name}: {fault}: {text}')
    print(f'{seen} statements, {bad} faults')
    return bad > 0 or seen < 150


if __name__ == '__main__':
    sys.exit(main())
