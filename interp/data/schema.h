// Types of parameters, results and compared state. A schema is read from a declaration: a word ("guid";
// "guid?" may be left out), or a map of the members below.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct value;

// X(ENUM, word, what a value must look like, a regular expression that all such texts match, or NULL)
#define SCHEMA_WORDS                                                                                         \
    X(SCHEMA_ANY, "any", "anything", NULL)                                                                   \
    X(SCHEMA_STRING, "string", "a text", NULL)                                                               \
    X(SCHEMA_INT, "int", "a whole number", NULL)                                                             \
    X(SCHEMA_NUMBER, "number", "a number", NULL)                                                             \
    X(SCHEMA_BOOL, "bool", "true or false", NULL)                                                            \
    X(SCHEMA_ID, "id", "a resource id such as /subscriptions/…/providers/Microsoft.KeyVault/vaults/name",    \
      "^/[^?#%\\\\]+$")                                                                                      \
    X(SCHEMA_GUID, "guid", "a GUID such as 4c37d899-9818-4152-8233-89cea195dbe7",                            \
      "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")                                                \
    X(SCHEMA_IP, "ip", "an IPv4 or IPv6 address", "^[0-9A-Fa-f:.]+$")                                        \
    X(SCHEMA_CIDR, "cidr", "an address or network such as 203.0.113.0/24", "^[0-9A-Fa-f:.]+(/[0-9]+)?$")     \
    X(SCHEMA_UPN, "upn", "a user principal name such as dana@contoso.com", "^[^ ]+@[^ @]+[.][^ @]*$")        \
    X(SCHEMA_EMAIL, "email", "a mail address such as dana@contoso.com", "^[^ ]+@[^ @]+[.][^ @]*$")           \
    X(SCHEMA_NAME, "name", "a name of letters, digits and '-', at most 127", "^[A-Za-z0-9-]{1,127}$")        \
    X(SCHEMA_VERSION, "version", "a Key Vault version of 32 hexadecimal digits", "^[0-9A-Fa-f]{32}$")        \
    X(SCHEMA_URL, "url", "an https URL", "^https://[^ ]*$")                                                  \
    X(SCHEMA_TIME, "time", "a time such as 2026-11-22T02:15:30Z", "^[0-9]{4}-[0-9]{2}-[0-9]{2}")             \
    X(SCHEMA_DURATION, "duration", "a duration such as 90s, 15m, 4h or 2d", "^[0-9]+(ms|s|m|h|d)$")          \
    X(SCHEMA_ENUM, "enum", "one of its values", NULL)                                                        \
    X(SCHEMA_LIST, "list", "a list", NULL)                                                                   \
    X(SCHEMA_SET, "set", "a list whose order does not matter", NULL)                                         \
    X(SCHEMA_RECORD, "record", "a record with known fields", NULL)                                           \
    X(SCHEMA_MAP, "map", "a map from names to values", NULL)

enum schema_kind {
#define X(name, word, text, pattern) name,
    SCHEMA_WORDS
#undef X
};

struct schema_field {
    const char *name;
    const struct schema *schema;
};

struct schema {
    enum schema_kind kind;
    const char *help;                  // NULL when the declaration has none
    bool optional;                     // may be left out; true as well when there is a default
    bool unit;                         // the service replaces this as a whole
    bool nocase;                       // strings compare without case
    bool free;                         // anybody may have written it: it says what, never which
    const struct value *otherwise;     // the default, or NULL
    const struct schema *of;           // LIST, SET, MAP: of every entry; NULL: anything
    const char *key;                   // SET of records: the identifying field
    const char **values;               // ENUM, NULL-terminated
    const struct schema_field *fields; // RECORD
    size_t field_count;
};

// The members of a declaration. X(name, what it holds, what for)
#define SCHEMA_MEMBERS                                                                                       \
    X("type", MEMBER_WORD, "what a value must be; with '?' behind it, it may be left out")                   \
    X("help", MEMBER_TEXT, "what it is for, on one line")                                                    \
    X("optional", MEMBER_FLAG, "whether it may be left out")                                                 \
    X("default", MEMBER_ANY, "what it is when it is left out")                                               \
    X("of", MEMBER_TYPE, "the type of every entry of a list, set or map")                                    \
    X("key", MEMBER_TEXT, "of a set of records: the field that tells its entries apart")                     \
    X("values", MEMBER_TEXTS, "what an enum can be")                                                         \
    X("fields", MEMBER_TYPES, "the fields of a record and their types")                                      \
    X("unit", MEMBER_FLAG, "whether the service replaces it as a whole")                                     \
    X("nocase", MEMBER_FLAG, "whether texts are compared without case")
enum schema_member {
    MEMBER_WORD,
    MEMBER_TEXT,
    MEMBER_FLAG,
    MEMBER_ANY,
    MEMBER_TYPE,
    MEMBER_TEXTS,
    MEMBER_TYPES
};

// Reads a declaration; fails with E_CHECK at the place of the mistake.
MUST_CHECK const struct schema *schema_parse(struct arena *arena, const struct value *declaration,
                                             struct err *err);
// A record schema from a map name → declaration (the params of a playbook or primitive).
MUST_CHECK const struct schema *schema_parse_fields(struct arena *arena, const struct value *fields,
                                                    struct err *err);
const struct schema *schema_field(const struct schema *record, const char *name); // NULL when there is none
const char **schema_names(struct arena *arena, const struct schema *record); // of its fields; NULL ends them
const char *schema_word(const struct schema *schema);

// Checks a value against a schema and returns it in its normal form: defaults filled in, GUIDs in lower case,
// times and durations kept as text, a whole number where one is wanted. UNKNOWN passes everywhere. `what`
// names the value in messages ("parameter vault of keyvault.get_vault"). Fails with E_TYPE or E_MISSING.
MUST_CHECK const struct value *schema_check(struct arena *arena, const struct schema *schema,
                                            const struct value *value, const char *what, struct err *err);
// The same, with every mistake that is there.
MUST_CHECK const struct value *schema_check_all(struct arena *arena, const struct schema *schema,
                                                const struct value *value, const char *what,
                                                struct err_list *errors);
// Is a value of the shape that a record declares: its fields and no others, each of its kind; the forms of
// texts are not looked at. UNKNOWN and nothing at all pass. Fails with E_TYPE; `what` is what the value is
// called. Of a part fields may be left out, and `known` has what may be there besides.
MUST_CHECK bool schema_fits(struct arena *arena, const struct schema *record, const struct value *value,
                            const char *what, struct err *err);
MUST_CHECK bool schema_fits_part(struct arena *arena, const struct schema *record, const struct value *value,
                                 const struct value *known, const char *what, struct err *err);
// Reads one word from the command line (--param k=v) as the type wants it; lists are separated by commas.
MUST_CHECK const struct value *schema_from_text(struct arena *arena, const struct schema *schema,
                                                const char *text, const char *what, struct err *err);

// Equal as the service sees it: sets without order and repetition, ids and guids without case, cidr and time
// by value, absent equals null. Whatever holds an unknown is equal to nothing.
bool schema_equal(const struct schema *schema, const struct value *a, const struct value *b);
// What was, to be wanted again where `after` is now: declared fields that only `after` has are null in it.
const struct value *schema_restore(struct arena *arena, const struct schema *record,
                                   const struct value *before, const struct value *after);
// What must be sent so that `before` becomes `desired`, as a merge patch: only fields that `desired` has are
// compared; of a unit that differs the whole of it is given, fields that `desired` does not have from
// `before`. NULL when nothing differs. Either side may be NULL (absent). A unit whose `before` is unknown is
// unknown.
const struct value *schema_patch(struct arena *arena, const struct schema *record, const struct value *before,
                                 const struct value *desired);
// The part of a value that a record schema declares, in its order; NULL stays NULL.
const struct value *schema_project(struct arena *arena, const struct schema *record,
                                   const struct value *value);

// The scalar tests, for other readers of such texts.
bool schema_is_guid(const char *text);
bool schema_is_ip(const char *text);
bool schema_is_email(const char *text);
// Parses an address or network; bits is 32 or 128 when none is written. Host bits are cleared. IPv4-mapped
// IPv6 addresses count as IPv4.
struct cidr {
    int family; // 4 or 6
    int bits;
    unsigned char address[16];
};
bool schema_parse_cidr(const char *text, struct cidr *cidr);
bool schema_cidr_contains(const struct cidr *network, const struct cidr *inner);
