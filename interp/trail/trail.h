// The trail: STATE/trail/log.jsonl, line i is leaf i of an RFC 6962 tree, with a signed two-slot `head`.
// Records are queued in memory and become durable together by a commit, in the order of writes of the format:
// lines, fdatasync, signature in the slot that does not count, fdatasync. After any failure the trail is
// poisoned: nothing more is accepted, and every later call fails with E_TRAIL.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct value;
struct trail;

enum { TRAIL_MAX_LINE = 65535 };

struct trail_config {
    const char *state;      // the state directory; trail/ and keys/ are made beneath it, mode 0700
    const char *config_dir; // the verifier key is pinned under trusted/ there
    const char *by;         // the operator, on every line
    const char *host;       // this machine, on every line
    bool reads;             // only what is there is read: nothing is made, mended or set aside; no commit
};

// Opens the trail, or makes a whole new one (folder beside, then rename; origin ends in random digits; key
// pinned; first line trail.created, with the first commit). Nothing is locked between commits. E_TAMPERED
// when what is there cannot come from a crash (files missing, log shorter than signed, other root, other key,
// head gone back), E_TRAIL when it cannot be read or written. The whole log is not hashed here as a rule;
// trail_replay always does.
MUST_CHECK struct trail *trail_open(struct arena *arena, const struct trail_config *config, struct err *err);
void trail_close(struct trail *trail); // releases; does not commit, but publishes what is due (publish.h)

// Queues one record for the run; `type` is of record.def; `members` is a map of the members that the type has
// (must hold no secret: mask first; a member `by` replaces the operator; none else is called as a member of
// every line). Returns its ticket: the n-th record queued by this process, from 1. `run` NULL: of the trail
// itself. A record whose line would be longer than TRAIL_MAX_LINE poisons the trail (bodies go to
// trail_blob): it could not be recorded, so nothing may be done any more.
uint64_t trail_append(struct trail *trail, const char *run, const char *type, const struct value *members);
// Makes everything queued so far durable: takes the lock, re-reads head and tail when another process has
// written, numbers the lines (seq, prev), writes, syncs, signs, syncs, unlocks. Nothing queued: nothing is
// done. What a crash of an earlier process left behind the signed part is set aside first and named in a
// trail.recovered line. With an intent in the queue, room for its result is reserved before; where there is
// none, the commit fails, and still tells what was done before, for which the room was kept. Every 256 lines
// what earlier commits of this process have signed is published (publish.h).
MUST_CHECK bool trail_commit(struct trail *trail, struct err *err);
// Puts another signing key in force: everything queued and a line key.rotated are the last that the old one
// signs (rotate.h). The new verifier key is pinned in place of the old one.
MUST_CHECK bool trail_rotate(struct trail *trail, struct err *err);
// The last ticket that is durable: a change may be sent only when its intent's ticket is not above this.
uint64_t trail_durable(const struct trail *trail);
uint64_t trail_others(const struct trail *trail); // grows whenever a commit finds what another process wrote
bool trail_is_alone(const struct trail *trail);   // no other has a claim (below), or wrote since that commit
uint64_t trail_size(const struct trail *trail);   // signed lines, as far as this process knows
uint64_t trail_commit_count(const struct trail *trail); // by this process
size_t trail_pending_bytes(const struct trail *trail);

// Takes a run, or whatever else has such a name, for this process until trail_release or trail_close, so that
// no other goes on with it. False: another has it (E_USAGE).
MUST_CHECK bool trail_claim(struct trail *trail, const char *run, struct err *err);
void trail_release(struct trail *trail,
                   const char *run); // one that has ended: who goes on with it need not wait
bool trail_is_claimed(const struct trail *trail, const char *run); // by any process
bool trail_is_asked(const struct trail *trail, const char *run);   // did somebody ask it to stop (claim.h)?
// Stores bytes under STATE/trail/blobs/ by digest (not synced before the next commit) and returns
// {"digest": "sha256:…", "size": n}.
MUST_CHECK const struct value *trail_blob(struct trail *trail, struct arena *arena, const char *bytes,
                                          size_t length, struct err *err);
// Reads them back as a value, of a member of a line that may be a reference to them (blob.h); any other is
// itself. NULL when they are not there (E_FILE) or are others (E_TAMPERED).
MUST_CHECK const struct value *trail_blob_value(struct trail *trail, struct arena *arena,
                                                const struct value *value, struct err *err);
// A copy of a value in which secrets are {"$secret": "hmac-sha256:<hex>"}, under the trail's own key.
const struct value *trail_mask_value(struct trail *trail, struct arena *arena, const struct value *value);

// Where a run's lines stand: first and last seq and the root (base64) of the head after the newest commit.
struct trail_extent {
    int64_t first, last; // -1: none yet
    const char *root;
};
struct trail_extent trail_extent(struct trail *trail, struct arena *arena, const char *run);

// A process that goes on with a run of another one replays that run's lines first: from them its numbers
// (rseq) and its extent are learned. Reading back: only lines that the signed head covers, and only after the
// log gives the head's root, else E_TAMPERED. Calls `each` for every line that contains the text `containing`
// (NULL: all) in order; the value lives in `arena`. Returning false from `each` stops. What the index knows
// to find (index.h: a run, what is about something, what begins a run) costs what it is, however long the
// log; that the lines of others are what they were is `audit verify`'s to tell.
// What a line contains that has this text as a member: `"run":"…"`.
const char *trail_needle(struct arena *arena, const char *member, const char *text);
typedef bool trail_reader(void *context, const struct value *line);
MUST_CHECK bool trail_replay(struct trail *trail, struct arena *arena, const char *containing,
                             trail_reader *each, void *context, struct err *err);
// The same from the newest line back.
MUST_CHECK bool trail_replay_newest(struct trail *trail, struct arena *arena, const char *containing,
                                    trail_reader *each, void *context, struct err *err);
