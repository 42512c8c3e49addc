// A playbook as data: what YAML or a .lua file declares, parsed and located, not yet checked against
// primitives (check.h). Everything is immutable after check and may be shared by many runs.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/src.h"

struct arena;
struct catalog_file;
struct schema;
struct value;

// A path that an expression mentions: root name and fields, "alert.actor.name" (findings §3, rule 1). Of a
// script: a name that it does not declare; `whole` where it is given a value, and `call` with the root "call"
// and the field "area.verb" for call("area.verb", …).
struct mention {
    const char *root;
    const char **fields; // NULL-terminated; "[1]" for an integer index
    struct src_pos pos;
    bool whole;  // handed on, measured (#) or indexed by a value: what of it is read is not known
    bool call;   // stands before "(": a function
    int given;   // of a call in an expression: how many values it is given
    bool tested; // stands before "and" or "or", or behind "not": that it may be missing is thought of
};

// One Lua expression. `slot` numbers it within its playbook, for vm/ to keep the compiled form.
struct expr {
    const char *source;               // NULL for a function of a .lua playbook
    const struct value *function_ref; // .lua playbooks: VALUE_INT, reference held by vm/
    struct src_pos pos;               // of the first character
    int slot;
    const struct mention *mentions;
    size_t mention_count;
};

// A value with expressions in it, shaped like the value: constant, one expression (keeps its type), text with
// holes, list or map of templates.
enum template_kind { TEMPLATE_CONSTANT, TEMPLATE_EXPR, TEMPLATE_TEXT, TEMPLATE_LIST, TEMPLATE_MAP };
struct template
{
    enum template_kind kind;
    struct src_pos pos;
    const struct value *constant;  // CONSTANT
    const struct expr *expr;       // EXPR
    const struct template **parts; // TEXT: constant texts and expressions in turn; LIST: items; MAP: values
    const char **keys;             // MAP
    struct src_pos *key_pos;       // MAP
    size_t count;
};

// X(kind, key in the file): exactly one of these keys makes the step's kind.
#define STEP_KINDS                                                                                           \
    X(STEP_DO, "do")                                                                                         \
    X(STEP_ASK, "ask")                                                                                       \
    X(STEP_TASK, "task")                                                                                     \
    X(STEP_LET, "let")                                                                                       \
    X(STEP_GROUP, "steps")                                                                                   \
    X(STEP_CHOOSE, "choose")                                                                                 \
    X(STEP_PARALLEL, "parallel")                                                                             \
    X(STEP_CALL, "call")                                                                                     \
    X(STEP_LUA, "lua")                                                                                       \
    X(STEP_END, "end")                                                                                       \
    X(STEP_FAIL, "fail")
enum step_kind {
#define X(kind, key) kind,
    STEP_KINDS
#undef X
};
const char *step_kind_word(enum step_kind kind);

enum {
    PLAYBOOK_MAX_STEPS = 1000,
    PLAYBOOK_MAX_CALLS = 8,
    ASK_MAX_CHOICES = 100,
    STEP_MAX_AT_ONCE = 64,
    STEP_MAX_ATTEMPTS = 20
};

enum on_error { ON_ERROR_DEFAULT, ON_ERROR_STOP, ON_ERROR_CONTINUE, ON_ERROR_ASK, ON_ERROR_UNDO };

struct step_list {
    const struct step **items;
    size_t count;
};

struct choose_case {
    const char *value; // NULL: otherwise
    struct src_pos pos;
    struct step_list steps;
};

struct step {
    enum step_kind kind;
    const char *id; // always there: given, or made ("step-3") for steps that nothing mentions
    struct src_pos pos;
    const struct value *written; // the mapping that it was read from
    const struct expr *when;     // NULL: always
    const struct expr *for_each;
    const char *as;  // with for_each; default "item"
    const char *key; // with for_each: the field of an item that names it in paths; NULL: its number does
    bool when_each; // `when` mentions the loop variable: it is asked for each item, else once before the loop
    int at_once;    // with for_each: `parallel: N`; 1 when not given
    int attempts;   // retry; 1 when not given
    int64_t backoff_ms;
    int64_t timeout_ms; // 0: none
    const char *lease;  // how long what it changes lasts, as written; NULL: for good
    int64_t lease_ms;
    enum on_error on_error;
    const char **clauses; // NULL-terminated
    struct src_pos *clause_pos;
    const char *note;
    const char *to; // who is asked
    // do
    const char *primitive;
    struct src_pos primitive_pos;
    const struct template *with; // MAP, or NULL; of a call too
    // call
    const char *callee; // NAME, or NAME@VERSION
    struct src_pos callee_pos;
    const struct playbook *called; // what it names; NULL before link_calls
    // ask, task, end, fail: the text (not of lua). ask: choices, otherwise, within
    const struct template *text;
    const char **choices;  // NULL-terminated
    const char *otherwise; // NULL: none
    int64_t within_ms;     // 0: no limit
    // let: MAP
    const struct template *let;
    // steps, parallel
    struct step_list steps;
    // choose
    const struct expr *choose;
    const struct choose_case *cases; // in file order, otherwise last
    size_t case_count;
    // lua: source of a function body, or a function of a .lua playbook
    const struct expr *script;
};

struct playbook {
    const char *name, *version, *title; // title: the name where none is given
    const char *procedure;              // NULL: none
    struct src_pos procedure_pos;
    const struct catalog_file *file;
    struct src_pos pos;
    const char **alerts; // patterns, NULL-terminated; empty: takes no alert
    struct src_pos *alert_pos;
    const struct schema *params; // RECORD
    struct src_pos *param_pos;   // of each of its fields
    struct step_list steps;
    struct step **calls; // its steps that call other playbooks
    size_t call_count;
    int expr_count; // slots used, those before its first included
    size_t step_count;
};

// YAML text, or the value that a .lua playbook returned, to a playbook. All mistakes of form are collected.
// NULL where they concern steps or what steps mention; with mistakes beside these (an unknown key, a version
// that is none) the playbook can still be checked, so that one look finds all, and prepare_… refuses it.
// `slot`: the number of its first expression.
const struct playbook *playbook_parse_from(struct arena *arena, const struct catalog_file *file,
                                           const struct value *root, int slot, struct err_list *errors);
const struct playbook *playbook_parse(struct arena *arena, const struct catalog_file *file,
                                      const struct value *root, struct err_list *errors);
// The same for the text of a .yaml file.
const struct playbook *playbook_parse_yaml(struct arena *arena, const struct catalog_file *file,
                                           struct err_list *errors);
// What a step that calls the playbook gets: the names and values under `returns`, or NULL.
const struct template *playbook_returns(const struct playbook *playbook);
// The top of a playbook as JSON Schema (language.h).
struct value *playbook_holds(struct arena *arena);
bool playbook_is_name(const char *text);    // small letters, digits, '-'
bool playbook_is_version(const char *text); // SemVer 2.0.0
// Does one of the playbook's patterns name the alert's type (SIMULATED_ taken off) or kind?
bool playbook_answers(const struct playbook *playbook, const char *type, const char *kind);
