// Ways to sign in: what each sends, and what none ever touches.
#include "data/json.h"
#include "data/value.h"
#include "token_world.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

// A key and its own certificate, fresh for the test.
static void write_certificate(struct fixture *f, EVP_PKEY *key, unsigned char print[20])
{
    X509 *certificate = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem;
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
    assert_int_equal(X509_digest(certificate, EVP_sha1(), print, NULL), 1);
    long length = BIO_get_mem_data(bio, &pem);
    write_file(f, "cert.pem", pem, (size_t)length, 0600);
    X509_free(certificate);
    BIO_free(bio);
}

static const struct value *jwt_part(struct fixture *f, const char *text)
{
    struct err err = {0};
    size_t length;
    unsigned char *bytes = crypto_base64url_decode(f->arena, text, &length);
    assert_non_null(bytes);
    const struct value *value = json_parse(f->arena, "jwt", (char *)bytes, length, &err);
    assert_non_null(value);
    return value;
}

static void signs_in_with_a_certificate(void **state)
{
    struct fixture *f = *state;
    const char *header;
    unsigned char print[20];
    struct err err = {0};
    EVP_PKEY *key = EVP_RSA_gen(2048);
    write_certificate(f, key, print);
    struct token_config config = config_of("certificate");
    config.certificate = arena_printf(f->arena, "%s/cert.pem", f->folder);
    open_store(f, config);
    reply = token_reply(f, "{}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(
        sent(f, "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"));
    char *jwt = strstr(f->server->last, "&client_assertion=") + strlen("&client_assertion=");
    char *save, *head = strtok_r(jwt, ".", &save), *claims = strtok_r(NULL, ".", &save),
                *signature = strtok_r(NULL, ".", &save);
    char *stated = arena_printf(f->arena, "%s.%s", head, claims);
    const struct value *h = jwt_part(f, head), *c = jwt_part(f, claims);
    assert_string_equal(value_text_at(h, "alg"), "RS256");
    assert_string_equal(value_text_at(h, "x5t"), crypto_base64url(f->arena, print, 20));
    assert_string_equal(value_text_at(c, "aud"),
                        "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/token");
    assert_string_equal(value_text_at(c, "iss"), "app-1");
    assert_string_equal(value_text_at(c, "sub"), "app-1");
    assert_in_range(value_int_at(c, "exp", 0) - value_int_at(c, "nbf", 0), 300, 1800);
    size_t size;
    unsigned char *bytes = crypto_base64url_decode(f->arena, signature, &size);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(context, bytes, size, (unsigned char *)stated, strlen(stated)), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

static void signs_in_with_a_workload(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    write_file(f, "federated", "abc.def.ghi\n", 12, 0600);
    setenv("AZURE_FEDERATED_TOKEN_FILE", arena_printf(f->arena, "%s/federated", f->folder), 1);
    setenv("AZURE_CLIENT_ID", "env-app", 1);
    struct token_config config = config_of("workload");
    config.client_id = NULL;
    open_store(f, config);
    reply = token_reply(f, "{}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(sent(f, "client_id=env-app&") && sent(f, "&client_assertion=abc.def.ghi"));
}

static void uses_nothing_real_in_the_lab(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    setenv("AZURE_CLIENT_ID", "real-app", 1);
    setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere/real.pem", 1);
    setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:1/", 1);
    static const char *const kinds[] = {"client-secret", "certificate", "workload", "managed-identity",
                                        "azure-cli"};
    reply = token_reply(f, "{}", 3599);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct token_config config = config_of(kinds[i]);
        config.lab = true;
        open_store(f, config);
        assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
        assert_true(sent(f, "client_id=app-1&") && sent(f, "&client_secret=s%20e%26c"));
        token_close(f->store);
        config.client_id = NULL;
        assert_null(token_open(f->arena, &config, &err));
        assert_int_equal(err.code, E_CONFIG);
    }
    open_store(f, (struct token_config){.kind = "none"});
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_null(header);
}

static void signs_in_as_a_machine(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    struct token_config config = config_of("managed-identity");
    open_store(f, config);
    reply = token_reply(f, "{}", 3599);
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(sent(f, "GET /metadata/identity/oauth2/token?api-version=2018-02-01&"
                        "resource=https%3A%2F%2Fmanagement.azure.com&client_id=app-1 "));
    assert_true(sent(f, "\r\nMetadata: true\r\n") && sent(f, "\r\nHost: 169.254.169.254\r\n"));
    setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token", 1);
    setenv("IDENTITY_HEADER", "h1", 1);
    assert_int_equal(get(f, VAULT, &header, &err), TOKEN_READY);
    assert_true(sent(f, "GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&"));
    assert_true(sent(f, "\r\nX-IDENTITY-HEADER: h1\r\n"));
    int asked = f->server->requests;
    reply = json_reply(f, "410 Gone", "x-ms-retry-after-ms: 1\r\n", "{}"); // in passing
    assert_int_equal(get(f, "https://api.loganalytics.io", &header, &err), TOKEN_FAILED);
    assert_int_equal(f->server->requests, asked + 6);
    reply = json_reply(f, "400 Bad", "",
                       "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}");
    assert_int_equal(get(f, "https://api.securitycenter.microsoft.com", &header, &err), TOKEN_FAILED);
    assert_string_equal(err.hint, "no managed identity is assigned to this machine");
    assert_int_equal(f->server->requests, asked + 7);
    unsetenv("IDENTITY_HEADER");
    setenv("IMDS_ENDPOINT", "http://127.0.0.1:40342", 1);
    reply = json_reply(f, "401 Unauthorized", "WWW-Authenticate: Basic realm=/etc/passwd\r\n", "{}");
    assert_int_equal(get(f, "https://graph.microsoft.com", &header, &err), TOKEN_FAILED);
    assert_string_equal(err.message, "the Azure Arc agent names a key file outside its folder");
    assert_true(sent(f, "?api-version=2019-11-01&"));
}

static void asks_the_azure_cli(void **state)
{
    struct fixture *f = *state;
    const char *header;
    struct err err = {0};
    char *path = arena_strdup(f->arena, getenv("PATH"));
    const char *claims =
        arena_printf(f->arena, "{\"oid\":\"o2\",\"exp\":%lld}", (long long)(clock_now_ms() / 1000 + 3600));
    const char *good =
        arena_printf(f->arena,
                     "#!/bin/sh\n[ \"$*\" = 'account get-access-token --output json --resource " ARM
                     " --tenant " TENANT "' ] || { echo 'Please run az login' >&2; exit 1; }\n"
                     "echo '{\"accessToken\":\"h.%s.s\"}'\n",
                     crypto_base64url(f->arena, claims, strlen(claims)));
    write_file(f, "az", good, strlen(good), 0700);
    setenv("PATH", arena_printf(f->arena, "%s:%s", f->folder, path), 1);
    open_store(f, config_of("azure-cli"));
    assert_int_equal(get(f, ARM, &header, &err), TOKEN_READY);
    assert_true(strncmp(header, "Authorization: Bearer h.", 24) == 0);
    assert_string_equal(token_identity(f->store).object_id, "o2");
    assert_int_equal(get(f, VAULT, &header, &err), TOKEN_FAILED);
    assert_non_null(strstr(err.message, "Please run az login"));
    assert_string_equal(err.hint, "sign in with: az login");
    assert_int_equal(f->server->requests, 0);
    setenv("PATH", path, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FIXTURE(signs_in_with_a_certificate),  IN_FIXTURE(signs_in_with_a_workload),
        IN_FIXTURE(uses_nothing_real_in_the_lab), IN_FIXTURE(signs_in_as_a_machine),
        IN_FIXTURE(asks_the_azure_cli),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
