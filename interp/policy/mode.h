// Modes and phases: the two tables that say what may happen when. No file outside policy/ and cli/ names a
// mode; others ask these functions.
#pragma once
#include <stdbool.h>

enum change_rule {
    CHANGE_SEND,   // with a permit, a change goes out
    CHANGE_HOLD,   // a change is held back, recorded and predicted
    CHANGE_REFUSE, // there are no changes: plans are made and judged
};

enum mode {
#define X(mode, word, change, asks, judges) mode,
#include "policy/mode.def"
#undef X
};

enum phase {
#define X(phase, word, reads, writes) phase,
#include "policy/phase.def"
#undef X
};

const char *mode_word(enum mode mode);
bool mode_from_word(const char *word, enum mode *mode); // NULL is none
enum change_rule mode_change_rule(enum mode mode);
bool mode_sends(enum mode mode);  // changes: its rule is CHANGE_SEND
bool mode_asks(enum mode mode);   // a person may be asked
bool mode_judges(enum mode mode); // what is not in place is "missing"; what is done counts as "in place"
// The same of the mode that a record names; false where it names none.
bool mode_word_sends(const char *word);
bool mode_word_judges(const char *word);

const char *phase_word(enum phase phase);
bool phase_reads(enum phase phase);
bool phase_writes(enum phase phase);
