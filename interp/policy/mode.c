// The tables of modes and phases, and the questions that others ask of them. Not for what a request is
// (gate.c). Invariant: nothing here depends on anything but the two tables.
#include "policy/mode.h"

#include "base/panic.h"
#include "base/text.h"

static const struct {
    const char *word;
    enum change_rule rule;
    bool asks, judges;
} modes[] = {
#define X(mode, word, rule, asks, judges) {word, rule, asks, judges},
#include "policy/mode.def"
#undef X
};

static const struct {
    const char *word;
    bool reads, writes;
} phases[] = {
#define X(phase, word, reads, writes) {word, reads, writes},
#include "policy/phase.def"
#undef X
};

enum { MODE_COUNT = sizeof modes / sizeof modes[0], PHASE_COUNT = sizeof phases / sizeof phases[0] };

static size_t mode_row(enum mode mode)
{
    REQUIRE((size_t)mode < MODE_COUNT);
    return (size_t)mode;
}

static size_t phase_row(enum phase phase)
{
    REQUIRE((size_t)phase < PHASE_COUNT);
    return (size_t)phase;
}

const char *mode_word(enum mode mode)
{
    return modes[mode_row(mode)].word;
}

bool mode_from_word(const char *word, enum mode *mode)
{
    for (size_t i = 0; i < MODE_COUNT; i++)
        if (text_is(word, modes[i].word)) {
            *mode = (enum mode)i;
            return true;
        }
    return false;
}

enum change_rule mode_change_rule(enum mode mode)
{
    return modes[mode_row(mode)].rule;
}

bool mode_sends(enum mode mode)
{
    return mode_change_rule(mode) == CHANGE_SEND;
}

bool mode_asks(enum mode mode)
{
    return modes[mode_row(mode)].asks;
}

bool mode_judges(enum mode mode)
{
    return modes[mode_row(mode)].judges;
}

bool mode_word_sends(const char *word)
{
    enum mode mode;
    return mode_from_word(word, &mode) && mode_sends(mode);
}

bool mode_word_judges(const char *word)
{
    enum mode mode;
    return mode_from_word(word, &mode) && mode_judges(mode);
}

const char *phase_word(enum phase phase)
{
    return phases[phase_row(phase)].word;
}

bool phase_reads(enum phase phase)
{
    return phases[phase_row(phase)].reads;
}

bool phase_writes(enum phase phase)
{
    return phases[phase_row(phase)].writes;
}
