# Completion of pinbulk for bash: source this file, or copy it to
# /usr/share/bash-completion/completions/pinbulk.

_pinbulk()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} values= list=
    local all='--quiet -q --json --help -h'
    local service='--token-file --refresh-token-file --deadline --poll --attempts --ca-file --proxy
        --sandbox --sandbox-file'
    COMPREPLY=()

    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'download upsert status wait fetch validate show convert --help
            --version' -- "$word"))
        return
    fi

    case $before in
    --to) values='jsonl csv sqlite' ;;
    --format) values='json csv' ;;
    --kind)
        values='campaign ad_group ad product_group keyword label schedule catalog_product_group
            entity_history unknown error'
        ;;
    --types) list='campaign ad_group product_group ad keyword label schedule entity_history' ;;
    --campaign-status)
        list='running paused not_started completed advertiser_disabled archived draft
            deleted_draft'
        ;;
    --objective)
        list='awareness consideration web_conversion catalog_sales video_completion sales
            app_install ctv_consideration leads'
        ;;
    --columns) list='kind id parent name status errors' ;;
    -o | --output | --token-file | --refresh-token-file | --ca-file | --sandbox-file)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    --ids | --updated-since | --name | --max-entities | --max-bytes | --from | --max-problems | \
        --deadline | --poll | --attempts | --proxy)
        return # only the user knows
        ;;
    esac
    if [ -n "$list" ]; then
        # A list is completed behind its last comma.
        local front=
        case $word in *,*) front=${word%,*}, ;; esac
        compopt -o nospace 2>/dev/null
        COMPREPLY=($(compgen -P "$front" -W "$list" -- "${word##*,}"))
        return
    fi
    if [ -n "$values" ]; then
        COMPREPLY=($(compgen -W "$values" -- "$word"))
        return
    fi

    case $command in
    download)
        values="--output -o --force --types --ids --updated-since --campaign-status --objective
            --name --format $service"
        ;;
    upsert)
        values="--apply --allow-archive --max-entities --max-bytes --from --max-problems --strict
            --output -o --force $service"
        ;;
    status | wait) values="--details $service" ;;
    fetch) values="--output -o --force $service" ;;
    validate) values='--max-problems --strict' ;;
    show) values='--columns' ;;
    convert) values='--to --output -o --kind --force' ;;
    esac
    case $word in
    -*) COMPREPLY=($(compgen -W "$values $all" -- "$word")) ;;
    *)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
        ;;
    esac
}

complete -F _pinbulk pinbulk
