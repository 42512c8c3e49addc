// Predictions: what held changes would have made of the estate, laid over the answers of later reads. Pure.
#pragma once

struct arena;
struct overlay;
struct request;
struct value;

struct overlay *overlay_new(struct arena *arena);
// Takes a held change in: its own URL (PUT, PATCH, DELETE), or what the request says it becomes.
void overlay_predict(struct overlay *overlay, const struct request *request);
// The body of a GET of `url` as it would be: patched, its list entries patched or dropped, new entries added.
// NULL: the resource would be gone (404). `body` NULL: it is absent now. Without predictions the body itself.
const struct value *overlay_apply(struct overlay *overlay, struct arena *arena, const char *url,
                                  const struct value *body);
