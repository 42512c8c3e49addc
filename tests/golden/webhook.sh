# webhook verify: the eleven requests of alerts/webhook (its README says what should become of each), and what else can
# be wrong with a certificate.
there=../alerts/webhook
verify() { t webhook verify "$@" --root $there/root.pem --organization "Contoso Test Org"; }
for request in $there/*.http; do
    verify $request --certificate $there/leaf.pem
done
verify $there/01-ok-authorization.http --certificate $there/leaf.cer --json
verify $there/01-ok-authorization.http --certificate $there/stranger.pem
verify $there/01-ok-authorization.http --certificate $there/README.md
verify $there/01-ok-authorization.http
t webhook verify $there/01-ok-authorization.http --certificate $there/leaf.pem --root $there/root.pem
t webhook verify $there/01-ok-authorization.http --certificate $there/leaf.pem --organization "Contoso Test Org"
t webhook verify $there/README.md --certificate $there/leaf.pem --root $there/root.pem
