// What clients of the directory ask first: where a tenant's endpoints are, and which hosts are one.
#pragma once

struct call;

// The id of the tenant that is named so, "common" or "organizations" themselves, or NULL: there is none.
const char *discovery_tenant(const char *name);
// There is no tenant of this name: answers 400.
void discovery_refuse(struct call *call, const char *name);
