# Names from the command line reach the terminal as text, whatever is in them; and what is not known is told with what is.
command playbook check "$(printf '\033[2J\342\200\256x.yaml')"
t run nope
t run nope.yml
cd "$work" && mkdir there && t check there; cd "$here"
t help alrt show
command playbook alert --help | grep usage
