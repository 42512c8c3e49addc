// The register of a profile: who owns what, which networks, people and applications are known.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct value;
struct register_book;

//   networks:     [{name: HQ, cidr: 198.51.100.0/24}]           the organisation's own ranges
//   responders:   [198.51.100.10]                               addresses that the runs come from
//   applications: [{app_id: GUID, object_id?: GUID, name, owner?: mail, vaults?: [id]}]
//   users:        [{upn, object_id?: GUID, name, mail?, manager?: mail, title?}]
//   owners:       [{resource: id with * and ?, mail, name?}]    first match wins
//   resources:    [{resource: id with * and ?, name?}]          what belongs to the organisation
//   contacts:     {admin?: mail, security?: mail}
// NULL with every mistake at its place. NULL value: an empty register.
MUST_CHECK const struct register_book *register_parse(struct arena *arena, const struct value *value,
                                                      struct err_list *errors);
// The register in its normal form (every list there, GUIDs in lower case), as Lua sees it.
const struct value *register_value(const struct register_book *book);

// All mail addresses in it, NULL-terminated: whom mail may go to.
const char **register_addresses(struct arena *arena, const struct register_book *book);
// Does the address or network contain a responder's address, or lie within one?
bool register_hits_responder(const struct register_book *book, const char *network);
// A user by object id, UPN or mail (a record of `users`); an application by app id or object id; NULL when
// unknown.
const struct value *register_user(const struct register_book *book, const char *who);
const struct value *register_application(const struct register_book *book, const char *who);
