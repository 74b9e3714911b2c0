# Completion of vlmctl in bash. Written by: vlmctl completion bash
# Put this line into ~/.bashrc:
#   source <(vlmctl completion bash)
# or, where bash-completion is installed, let it load when it is needed:
#   vlmctl completion bash > ~/.local/share/bash-completion/completions/vlmctl

_vlmctl() {
    local line kind='' program=vlmctl
    [[ $1 == */* && -x $1 ]] && program=$1
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <("$program" __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
    case $kind in
        open) compopt -o nospace ;;
        files) compopt -o default ;;
        directories) compopt -o dirnames ;;
    esac 2>/dev/null
    return 0
}

complete -F _vlmctl vlmctl
