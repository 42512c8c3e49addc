# How wide lines are that go into a pipe: 80 columns on every machine, and what COLUMNS says where somebody exports it.
widest() {
    awk '{ if (length($0) > widest) widest = length($0) } END { print widest }'
}
for columns in "" 40 60 120 39 1001 wide 80x; do
    echo "COLUMNS=$columns: $(COLUMNS=$columns && export COLUMNS && command playbook help run | widest)"
done
