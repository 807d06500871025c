@ Code that the loader puts into the target's RAM: programs flash from a ring of buffers, or computes checksums.
@
@ One source for Cortex-M4, M7 and M33: only instructions that Armv7-M and Armv8-M Mainline share. Position-independent,
@ no stack, no literal outside itself. stub_words.cpp holds the same as machine words; after a change here:
@
@   ci/update-loader-stub
@
@ The block at the beginning belongs to host and target together; stub.hpp names the same offsets. The host fills it in,
@ sets PC to `entry` and lets the core go with interrupts masked. Everything ends in `bkpt` with r1 to lr as they were; r0,
@ PC and xPSR are the host's to restore.

        .syntax unified
        .arch   armv7-m
        .thumb
        .text

        .equ    SAVED, 0x00             @ r1 to r12 and lr as they were, 13 words
        .equ    STATE, 0x34             @ one of the words below; the host writes 0
        .equ    STATUS, 0x38            @ of the error register when STATE is FAILED
        .equ    REACHED, 0x3C           @ address behind the unit in work; checksums: of the list's entry in work
        .equ    COMMAND, 0x40           @ 1 program, 2 checksums
        .equ    STOP, 0x44              @ not 0: give up waiting
        .equ    STATUS_AT, 0x48         @ address of the register with the busy bits
        .equ    BUSY, 0x4C              @ its mask
        .equ    ERRORS_AT, 0x50         @ address of the register with the error bits
        .equ    ERRORS, 0x54            @ its mask
        .equ    UNIT, 0x58              @ words of one programming unit: 1 or 4
        .equ    RING, 0x5C              @ first buffer
        .equ    RING_END, 0x60          @ behind the last one
        .equ    CAPACITY, 0x64          @ data bytes of a buffer; its flag word follows them
        .equ    DESTINATION, 0x68       @ a multiple of the unit
        .equ    REMAINING, 0x6C         @ bytes, a multiple of the unit
        .equ    TABLE, 0x70             @ 4 KB for the checksum's tables
        .equ    LIST, 0x74              @ entries of three words: address (a multiple of 4), size, checksum
        .equ    LIST_END, 0x78

        .equ    RUNNING, 0x4E5552A7     @ known words, so that a core that runs no code cannot seem to answer
        .equ    DONE, 0x4E4F44A7
        .equ    FAILED, 0x4C4146A7
        .equ    STOPPED, 0x505453A7

block:  .space  0x80

entry:  adr.w   r0, block
        stmia.w r0, {r1-r12, lr}
        mov     r8, r0
        ldr     r1, [r0, #COMMAND]
        cmp     r1, #2
        beq     checksums

@ ---- program: r0 source, r1 destination, r2 status register, r3 busy mask, r8 block, r9 number of the buffer, r10 error
@ mask, r11 flag of the buffer, r12 error register, r4 to r7 data and scratch

        ldr     r1, [r0, #RING]
        ldr     r2, [r0, #RING_END]
        ldr     r3, [r0, #CAPACITY]
        adds    r3, r3, #4
        movs    r4, #0
1:      add     r1, r1, r3              @ no flag of an earlier run may count
        str     r4, [r1, #-4]
        cmp     r1, r2
        bne     1b
        ldr     r1, [r0, #DESTINATION]
        ldr     r2, [r0, #STATUS_AT]
        ldr     r3, [r0, #BUSY]
        ldr.w   r10, [r0, #ERRORS]
        ldr.w   r11, [r0, #RING]
        ldr.w   r12, [r0, #ERRORS_AT]
        mov     r9, #1
        str     r1, [r0, #REACHED]
        bl      running

next_buffer:
        ldr.w   r4, [r8, #REMAINING]
        cmp     r4, #0
        beq     done
        ldr.w   r5, [r8, #CAPACITY]
        ldr.w   r6, [r8, #RING_END]
        cmp     r11, r6
        it      eq
        ldreq.w r11, [r8, #RING]
        add     r11, r11, r5            @ its flag
        cmp     r5, r4
        it      hi
        movhi   r5, r4                  @ the last one may hold less, right before its flag
        subs    r4, r4, r5
        str.w   r4, [r8, #REMAINING]
        sub.w   r0, r11, r5
2:      ldr.w   r4, [r11]
        cmp     r4, r9
        beq     3f
        ldr.w   r4, [r8, #STOP]
        cmp     r4, #0
        beq     2b
        b       stopped
3:      dmb                             @ the data were written before the flag
        ldr.w   r4, [r8, #UNIT]
        cmp     r4, #1
        bne     four_words

one_word:
        ldmia   r0!, {r5}               @ ahead, while the flash is busy; behind the last word it is the flag
4:      stmia   r1!, {r5}
        dsb                             @ busy must be seen before it is asked for
        str.w   r1, [r8, #REACHED]
        ldmia   r0!, {r5}
5:      ldr     r4, [r2]
        tst     r4, r3
        bne     5b
        ldr.w   r4, [r12]
        tst     r4, r10
        bne     failed
        cmp     r0, r11
        bls     4b
        b       buffer_done

four_words:
        ldmia   r0!, {r4-r7}
        stmia   r1!, {r4-r7}
        dsb
        str.w   r1, [r8, #REACHED]
6:      ldr     r4, [r2]
        tst     r4, r3
        bne     6b
        ldr.w   r4, [r12]
        tst     r4, r10
        bne     failed
        cmp     r0, r11
        blo     four_words

buffer_done:
        add     r11, r11, #4
        add     r9, r9, #1
        b       next_buffer

@ ---- ends

failed: str.w   r4, [r8, #STATUS]
        ldr     r1, =FAILED
        b       end
stopped:
        ldr     r1, =STOPPED
        b       end
done:   ldr     r1, =DONE
end:    mov     r0, r8
        str     r1, [r0, #STATE]
        ldmia.w r0, {r1-r12, lr}
        bkpt    #0
7:      b       7b

running:
        ldr     r4, =RUNNING
        str.w   r4, [r8, #STATE]
        bx      lr

@ ---- checksums: CRC-32 of zip and Ethernet, four bytes at a time through four tables of 256 words
@ r0 address, r1 checksum, r2 to r7 scratch, r9 to r12 the tables, lr entry of the list

checksums:
        bl      running
        ldr.w   r9, [r8, #TABLE]
        ldr     r3, =0xEDB88320
        mov     r0, #256
1:      subs    r0, r0, #1
        mov     r1, r0
        movs    r2, #8
2:      lsrs    r1, r1, #1
        it      cs
        eorcs   r1, r1, r3
        subs    r2, r2, #1
        bne     2b
        str.w   r1, [r9, r0, lsl #2]
        cmp     r0, #0
        bne     1b
        mov     r1, r9                  @ each further table is the one before it, a byte on
        add     r2, r9, #0xC00
3:      ldr     r3, [r1]
        uxtb    r4, r3
        ldr.w   r4, [r9, r4, lsl #2]
        eor     r3, r4, r3, lsr #8
        str.w   r3, [r1, #0x400]
        adds    r1, r1, #4
        cmp     r1, r2
        bne     3b
        add     r10, r9, #0x400
        add     r11, r9, #0x800
        add     r12, r9, #0xC00
        ldr.w   lr, [r8, #LIST]

next_range:
        ldr.w   r4, [r8, #LIST_END]
        cmp     lr, r4
        beq     done
        str.w   lr, [r8, #REACHED]
        ldr.w   r0, [lr]
        ldr.w   r7, [lr, #4]
        mov     r1, #-1
        bics    r2, r7, #15
        add     r2, r2, r0              @ end of the whole sixteens
        cmp     r0, r2
        beq     tail

        .macro  word
        ldmia   r0!, {r4}
        eors    r1, r4
        uxtb    r4, r1
        ubfx    r5, r1, #8, #8
        ubfx    r6, r1, #16, #8
        lsrs    r1, r1, #24
        ldr.w   r4, [r12, r4, lsl #2]
        ldr.w   r5, [r11, r5, lsl #2]
        ldr.w   r6, [r10, r6, lsl #2]
        ldr.w   r1, [r9, r1, lsl #2]
        eors    r4, r5
        eors    r1, r6
        eors    r1, r4
        .endm

4:      word
        word
        word
        word
        cmp     r0, r2
        bne     4b

tail:   ands    r7, r7, #15
        beq     6f
5:      ldrb    r4, [r0], #1
        eors    r4, r1
        uxtb    r4, r4
        ldr.w   r4, [r9, r4, lsl #2]
        eor     r1, r4, r1, lsr #8
        subs    r7, r7, #1
        bne     5b
6:      mvns    r1, r1
        str.w   r1, [lr, #8]
        add     lr, lr, #12
        b       next_range

        .ltorg
        .end
