// Follows the numbers and the hash chain of the log, and says what was done where they break. Not for the
// signature: this only explains a log that does not give the signed root. Invariant: of a line that was read,
// a fixed amount is kept, however long the log is.
#include <string.h>

#include "trail/verify_pass.h"

static const unsigned char nothing[TREE_HASH];

static bool follows(const struct entry *entry, const unsigned char leaf[TREE_HASH])
{
    return entry != NULL && memcmp(entry->prev, leaf, TREE_HASH) == 0;
}

static void note_break(struct verify_pass *pass, const struct entry *entry)
{
    struct verify_chain *chain = &pass->chain;
    uint64_t at = pass->tree.size;
    *chain = (struct verify_chain){.broken = true,
                                   .at = at,
                                   .formless = entry == NULL,
                                   .seq = entry == NULL ? 0 : entry->seq,
                                   .inserted_from = -1,
                                   .resumed = -1,
                                   .strayed = -1,
                                   .second = -1};
    memcpy(chain->good, pass->last, TREE_HASH);
}

// The line's number is behind its place: does it follow from an earlier line than the one before it, and is
// it not the very line that stands behind that one, copied?
static int64_t insertion_before(const struct verify_pass *pass, const struct entry *entry,
                                const unsigned char leaf[TREE_HASH])
{
    uint64_t at = pass->tree.size;
    if (entry == NULL || entry->seq >= at || at - entry->seq >= VERIFY_RING ||
        memcmp(pass->chain.ring[entry->seq % VERIFY_RING], leaf, TREE_HASH) == 0)
        return -1;
    const unsigned char *before =
        entry->seq == 0 ? nothing : pass->chain.ring[(entry->seq - 1) % VERIFY_RING];
    return follows(entry, before) ? (int64_t)entry->seq : -1;
}

void verify_chain_watch(struct verify_pass *pass, const struct entry *entry,
                        const unsigned char leaf[TREE_HASH])
{
    struct verify_chain *chain = &pass->chain;
    uint64_t at = pass->tree.size;
    bool chained = follows(entry, pass->last);
    if (!chain->broken && !(chained && entry->seq == at)) {
        int64_t from = insertion_before(pass, entry, leaf);
        note_break(pass, entry);
        chain->inserted_from = from;
    } else if (chain->broken) {
        if (entry != NULL && entry->seq == chain->at) {
            chain->strayed = chain->strayed < 0 ? (int64_t)at : chain->strayed;
            if (chain->resumed < 0 && follows(entry, chain->good))
                chain->resumed = (int64_t)at;
        }
        if (!chained && chain->second < 0)
            chain->second = (int64_t)at;
    }
    if (!chain->broken)
        memcpy(chain->ring[at % VERIFY_RING], leaf, TREE_HASH);
}

static void name(struct verify_pass *pass, const char *what, uint64_t first, uint64_t last, const char *text)
{
    if (first == last)
        verify_add(pass, VERIFY_TAMPERED, what, (int64_t)first, (int64_t)last,
                   "line %llu of log.jsonl (entry %llu) %s", (unsigned long long)first + 1,
                   (unsigned long long)first, text);
    else
        verify_add(pass, VERIFY_TAMPERED, what, (int64_t)first, (int64_t)last,
                   "lines %llu to %llu of log.jsonl (entries %llu to %llu): %s",
                   (unsigned long long)first + 1, (unsigned long long)last + 1, (unsigned long long)first,
                   (unsigned long long)last, text);
}

// Numbers are as they should be, but `prev` is not the hash of the line before.
static void name_broken_prev(struct verify_pass *pass)
{
    const struct verify_chain *chain = &pass->chain;
    if (chain->second < 0) // all that follows hangs together: the line before is not what it was
        name(pass, "edit", chain->at == 0 ? 0 : chain->at - 1, chain->at == 0 ? 0 : chain->at - 1,
             "was edited: the next line holds another hash of it");
    else
        name(pass, "splice", chain->at, (uint64_t)chain->second - 1,
             "not what was written here: neither the line before nor the line behind belongs to it");
}

static void name_break(struct verify_pass *pass)
{
    const struct verify_chain *chain = &pass->chain;
    if (chain->inserted_from >= 0)
        name(pass, "insert", (uint64_t)chain->inserted_from, chain->at - 1,
             "inserted: what comes behind follows from what came before");
    else if (!chain->formless && chain->seq > chain->at && chain->strayed >= 0 &&
             pass->report->lines <= pass->report->size)
        name(pass, "reorder", chain->at, (uint64_t)chain->strayed, "reordered, by their own numbers");
    else if (chain->resumed >= 0)
        name(pass, "insert", chain->at, (uint64_t)chain->resumed - 1,
             "inserted: what comes behind follows from what came before");
    else if (chain->formless)
        name(pass, "edit", chain->at, chain->at, "was edited: it is no line that this program writes");
    else if (chain->seq > chain->at)
        name(pass, "delete", chain->at, chain->seq - 1, "deleted: the numbers leave a gap");
    else if (chain->seq < chain->at)
        name(pass, "splice", chain->at, chain->second < 0 ? chain->at : (uint64_t)chain->second - 1,
             "with the number of an earlier line in the place of another");
    else
        name_broken_prev(pass);
}

// The chain holds, so whoever changed the log has written it anew from there on.
static void name_rewriting(struct verify_pass *pass)
{
    const struct verify_report *report = pass->report;
    bool exact = pass->changed >= 0;
    int64_t first = exact ? pass->changed : (int64_t)report->proven, last = (int64_t)report->size - 1;
    if (report->lines > report->size)
        verify_add(
            pass, VERIFY_TAMPERED, "insert", first, (int64_t)report->lines - 1,
            "lines were inserted behind line %lld of log.jsonl, and those that follow were written anew",
            (long long)first);
    else if (first == last)
        name(pass, "edit", (uint64_t)first, (uint64_t)last, "was edited: it does not give the signed root");
    else if (exact)
        verify_add(pass, VERIFY_TAMPERED, "edit", first, last,
                   "line %lld of log.jsonl was edited, and what follows was written anew",
                   (long long)first + 1);
    else
        verify_add(
            pass, VERIFY_TAMPERED, "edit", first, last,
            "one of the lines %lld to %lld of log.jsonl was edited, the last one or one whose followers were "
            "written anew",
            (long long)first + 1, (long long)last + 1);
}

static void name_missing(struct verify_pass *pass)
{
    const struct verify_report *report = pass->report;
    if (!pass->chain.broken && pass->changed >= 0 && pass->changed < (int64_t)report->lines)
        verify_add(pass, VERIFY_TAMPERED, "delete", pass->changed, (int64_t)report->size - 1,
                   "from line %lld of log.jsonl on %llu of the signed lines are missing, and what follows "
                   "was written anew",
                   (long long)pass->changed + 1, (unsigned long long)(report->size - report->lines));
    else
        verify_add(pass, VERIFY_TAMPERED, "truncation", (int64_t)report->lines, (int64_t)report->size - 1,
                   "the log was cut off: it has %llu whole lines, %llu are signed",
                   (unsigned long long)report->lines, (unsigned long long)report->size);
}

void verify_chain_name(struct verify_pass *pass)
{
    const struct verify_report *report = pass->report;
    const struct verify_chain *chain = &pass->chain;
    if (chain->broken)
        name_break(pass);
    bool deleted = chain->broken && chain->seq > chain->at && chain->strayed < 0;
    if (report->lines < report->size && !deleted)
        name_missing(pass);
    else if (!chain->broken)
        name_rewriting(pass);
}
