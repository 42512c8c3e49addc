// The directory: users, service principals, applications, groups, as entries graph/<kind>/<id>. Members that
// begin with "_" are relations: _manager (id), _owners, _members (lists of ids).
#pragma once

#include "lab/call.h"

enum graph_kind { GRAPH_USER, GRAPH_SERVICE, GRAPH_APPLICATION, GRAPH_GROUP, GRAPH_KINDS };
char *graph_key(struct call *call, enum graph_kind kind, const char *id);
enum graph_kind graph_kind_of(const struct call *call); // from the target's second segment
// The object that the target's third segment names: an id, a user's principal name, or appId='…'. NULL after
// 404.
const struct value *graph_find(struct call *call, enum graph_kind kind);
// An object of any kind by id, not deleted; NULL when there is none.
const struct value *graph_any(struct call *call, const char *id, enum graph_kind *kind);
// As a member of a collection of directory objects: with @odata.type.
const struct value *graph_object(struct call *call, const struct value *object, enum graph_kind kind);
// Answers 200 with one entity or a whole collection.
void graph_answer(struct call *call, const char *context, const struct value *entity);
// 200 with an object of the directory whose kind the address does not say (see graph_object).
void graph_answer_object(struct call *call, const struct value *object);
// Adds @odata.context in front of a page's answer.
void graph_close(struct page *page, const char *context);
