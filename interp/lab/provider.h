// Resource providers of a subscription, for the files that answer about their resources.
#pragma once
#include <stdbool.h>

struct arena;
struct call;

// Is the namespace registered in the call's subscription? False after answering 409.
bool provider_allows(struct call *call, const char *namespace);
// Which type an id is of: "Microsoft.Sql/servers/databases"; NULL: of none.
char *provider_type(struct arena *arena, const char *id);
// Is there such a type: one that is offered, that there is something of, or that lab/types/TYPE names?
bool provider_offers(struct call *call, const char *type);
// A type of which there may be nothing left stays one.
void provider_keep(struct call *call, const char *type);
