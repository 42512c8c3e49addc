// Published vectors of the trail's formats: one log key, its notes at three sizes, and a witness's line.
#pragma once
#include "../test.h"

#include "trail/note.h"

#define ORIGIN "audit.example/playbook/host1"
#define VKEY ORIGIN "+dc04a1f1+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define SKEY "PRIVATE+KEY+" ORIGIN "+dc04a1f1+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define TEXT0 ORIGIN "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
#define TEXT3 ORIGIN "\n3\npkvybgkSj2/i/m+LLYyAHhZrV8BHp82bK4Ceepai8cs=\n"
#define TEXT7 ORIGIN "\n7\nkTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0=\n"
#define LINE(signature) "\xE2\x80\x94 " ORIGIN " " signature "\n"
#define SIG0                                                                                                 \
    LINE("3ASh8YQLASuVnKd/GYgZF0OuESe05/K6GQLxWaAARvTUFNdpjt3eLjE9ObPpnRmRZnyVjd9XdwtmrAGQ+zogdOqFbAU=")
#define SIG3                                                                                                 \
    LINE("3ASh8ZzvuYDpURycE7oE6o645GHsGYJYcMi4KF4XV3EIM79RcMI4WI8gpqbCjTxH9JM2ctsiAxiCib9zxOvcbS3MOgs=")
#define SIG7_BASE64                                                                                          \
    "3ASh8XjuvNgbiWC9yVAVt4yZwWYeMee7saXPUkwxdZst396IpjhtWOhT7KPdxZqeVWKKhQ2cFk0zoxnT/HypLDuDTAo="
#define SIG7 LINE(SIG7_BASE64)
#define WITNESS                                                                                              \
    "\xE2\x80\x94 witness.example/w1 "                                                                       \
    "IDJKvgAAAABpVbkA9WIHgEcnp5pZ+RdnhMU0ymYEa5zC/"                                                          \
    "Zn5h7jH8v4YmiEijzHDUG7tanj0UrIsSPROaVh9lF6sIlez4ZElxZvpAA==\n"

static inline struct note_signer signer_of(struct arena *arena)
{
    struct note_signer signer;
    assert_true(note_parse_signer(arena, SKEY, &signer, NULL));
    return signer;
}
