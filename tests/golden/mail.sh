# Notification mails: genuine or not, which kind, and what the response makes of each.
for mail in ../alerts/mail/*.eml; do
    t alert show $mail
done
t run csp-fraud-alert --alert ../alerts/mail/04-forged-sender.eml --dry-run --unattended
t run csp-fraud-alert --alert ../alerts/mail/02-daily-summary.eml --dry-run --unattended
