#compdef pgseq
# Completion of pgseq for zsh: eval "$(pgseq completion zsh)", or a file _pgseq in a folder of $fpath

_pgseq() {
  local line files
  local -a offers
  for line in "${(@f)$(pgseq completion words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) files=1 ;;
      *$'\t'*) offers+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) offers+=("${line//:/\\:}") ;;
    esac
  done
  compset -P '--[^=]##='
  (( $#offers )) && _describe -V pgseq offers
  [[ -n $files ]] && _files
}

# zsh itself calls the file when it found it in $fpath
if [[ $zsh_eval_context == *func ]]; then
  _pgseq "$@"
else
  compdef _pgseq pgseq
fi
