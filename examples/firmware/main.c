// What the firmware does, as a tour: upserts from a source, result files larger than all of its
// memory, and what goes wrong on the way. What it prints is compared with
// tests/firmware/output.txt.
#include "board.h"
#include "peer.h"
#include "task.h"

static const char *const tokens[] = {"pina_OLD", "pina_NEW", NULL};
static const char *const *const new_token = tokens + 1;

static void say(const char *what, unsigned number, const char *unit)
{
    console_text(what);
    console_number(number);
    console_text(unit);
}

// The main loop of a real firmware does its other work here, too.
static void run(void)
{
    task_state state;
    while ((state = task_step()) != TASK_ENDED)
        if (state == TASK_IDLE)
            board_sleep();
}

static void run_for(uint32_t time)
{
    uint64_t until = board_clock() + time;
    while (board_clock() < until)
        if (task_step() == TASK_IDLE)
            board_sleep();
}

static void finish(void)
{
    static char line[512];
    const task_records *found = task_found();
    run();
    if (task_result(line, sizeof line) != PINBULK_OK) {
        console_text("    ");
        console_text(line);
        console_text("\n");
        return;
    }
    say("    ", found->records, " records: ");
    say("", found->failed, " failed, ");
    say("", found->keywords, " keywords (");
    say("", found->exact, " exact, ");
    say("", found->broad, " broad, ");
    say("", found->phrase, " phrase)");
    console_text(found->proven ? "\n" : "; nothing proves that these are all\n");
}

static void power_fails(void)
{
    console_text("    the power fails\n");
    board_power_loss();
}

static void before_the_power_loss(void)
{
    console_text("an upsert, its first token refused, its result file broken off in the middle\n");
    task_upsert("linen", 300, tokens);
    finish();

    console_text("another upsert\n");
    task_upsert("garden", 300, new_token);
    while (task_look() != TASK_REQUEST && task_step() != TASK_ENDED)
        board_sleep();
    run_for(3000); // time to ask for its status once
    power_fails();
}

static void after_the_power_loss(void)
{
    console_text("the power is back, the request is taken up again\n");
    task_attach(new_token);
    finish();

    console_text("an upsert whose token is refused\n");
    task_upsert("picnic", 300, new_token);
    finish();

    console_text("an upsert whose reply is lost\n");
    task_upsert("picnic", 300, new_token);
    finish();
    task_forget(); // here a real firmware compares a download

    console_text("an upsert\n");
    task_upsert("picnic", 300, new_token);
    run_for(200); // in the midst of its body
    power_fails();
}

static void report(void)
{
    peer_report saw = peer_saw();
    board_stacks stacks = board_stacks_used();
    const task_memory *memory;
    unsigned sum = 0;
    say("the service answered ", saw.requests, " requests and ");
    say("applied ", saw.upserts, " upserts; ");
    console_text(saw.complaint ? saw.complaint : "nothing was wrong with them");
    console_text("\nmemory\n");
    for (memory = task_memories; memory->what; memory++) {
        console_text(memory->what);
        say(" ", (unsigned)memory->bytes, "\n");
        sum += (unsigned)memory->bytes;
    }
    say("state of the task ", (unsigned)memory->bytes - sum, "\n");
    say("stack ", stacks.program, "");
    say(" of ", stacks.program_size, "\n");
    say("stack of the library ", stacks.library, "\n");
    say("stack of interrupts ", stacks.interrupts, "");
    say(" of ", stacks.interrupts_size, "\n");
}

int main(void)
{
    switch (task_look()) {
    case TASK_NOTHING:
        before_the_power_loss();
        break;
    case TASK_REQUEST:
        after_the_power_loss();
        break;
    case TASK_UNCERTAIN:
        console_text("the power is back: the upsert may or may not be applied\n"
                     "    it is not repeated; a download would tell\n");
        task_forget();
        break;
    }
    report();
    return peer_saw().complaint != NULL;
}
