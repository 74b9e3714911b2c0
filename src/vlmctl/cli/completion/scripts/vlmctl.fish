# Completion of vlmctl in fish. Written by: vlmctl completion fish
# Run this line once:
#   vlmctl completion fish > ~/.config/fish/completions/vlmctl.fish

function __vlmctl_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    set -l program vlmctl
    string match -q '*/*' -- $before[1]; and test -x $before[1]; and set program $before[1]
    set -l answer ($program __complete fish $before "$typed" 2>/dev/null </dev/null)
    switch "$answer[1]"
        case files
            __fish_complete_path "$typed"
        case directories
            __fish_complete_directories "$typed"
        case values open
            printf '%s\n' $answer[2..-1]
    end
end

complete -c vlmctl -f -a '(__vlmctl_complete)'
