// Texts without case in every script: for what must not slip through because somebody else wrote it in other
// letters. Most texts are compared without the case of ASCII letters (base/text.h).
#pragma once

struct arena;

// `text` with each letter beyond ASCII in one case, so that what base/text.h finds in it no longer depends on
// that. ASCII, and NULL, come back as they are; so do bytes that are no letters.
const char *letters_fold(struct arena *arena, const char *text);
