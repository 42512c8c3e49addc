// Links what the program links and does nothing: what a command without network is measured against.
#define _GNU_SOURCE
#include <stdio.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <lua.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <yaml.h>

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) // never: but the linker keeps all of them
        printf("%p %p %p %p %p %p\n", (void *)cJSON_Version, (void *)curl_version, (void *)lua_newstate,
               (void *)MHD_get_version, (void *)EVP_sha256, (void *)yaml_get_version_string);
    return 0;
}
