// What Resource Manager tells everybody, before any sign-in: the endpoints of its cloud. Invariant: only
// hosts that the cloud has, whether or not the lab answers at them.
#include "base/text.h"
#include "data/value.h"
#include "lab/handlers.h"
#include "lab/make.h"

#define AUDIENCES "['https://management.core.windows.net/', 'https://management.azure.com/']"

static const struct value *endpoints(struct call *call)
{
    return make_value(
        call->arena,
        "{'name': 'AzureCloud', 'portal': 'https://portal.azure.com', 'authentication': {'loginEndpoint': "
        "'https://login.microsoftonline.com/', 'audiences': " AUDIENCES ", 'tenant': 'common', "
        "'identityProvider': 'AAD'}, 'resourceManager': 'https://management.azure.com/', "
        "'graph': 'https://graph.windows.net/', 'graphAudience': 'https://graph.windows.net/', "
        "'microsoftGraphResourceId': 'https://graph.microsoft.com/', "
        "'logAnalyticsResourceId': 'https://api.loganalytics.io', "
        "'batch': 'https://batch.core.windows.net/', 'media': 'https://rest.media.azure.net', "
        "'sqlManagement': 'https://management.core.windows.net:8443/', "
        "'gallery': 'https://gallery.azure.com/', 'activeDirectoryDataLake': "
        "'https://datalake.azure.net/', 'suffixes': {'keyVaultDns': 'vault.azure.net', "
        "'storage': 'core.windows.net', 'sqlServerHostname': 'database.windows.net', "
        "'acrLoginServer': 'azurecr.io', 'azureDataLakeStoreFileSystem': 'azuredatalakestore.net', "
        "'azureDataLakeAnalyticsCatalogAndJob': 'azuredatalakeanalytics.net'}}");
}

// The first version has words of its own, later ones a list of clouds, the newest the one that was asked.
void cloud_endpoints(struct call *call)
{
    const char *version = call_param(call, "api-version");
    if (text_same(version, "2015-01-01"))
        call_ok(call, 200,
                make_value(call->arena,
                           "{'galleryEndpoint': 'https://gallery.azure.com/', 'graphEndpoint': "
                           "'https://graph.windows.net/', 'portalEndpoint': 'https://portal.azure.com', "
                           "'authentication': {'loginEndpoint': 'https://login.microsoftonline.com/', "
                           "'audiences': " AUDIENCES "}}"));
    else if (text_same(version, "2022-09-01"))
        call_ok(call, 200, endpoints(call));
    else
        call_ok(call, 200, make_value(call->arena, "[%v]", endpoints(call)));
}
