#!/usr/bin/perl
# Stands for a command of a node, whose name it has: hands its words to the simulation over the
# socket beside it, and prints what comes back.
use strict;
use warnings;
use Socket;

my ($folder, $command) = $0 =~ m{^(.*)/([^/]+)$};
socket(my $simulation, PF_UNIX, SOCK_STREAM, 0) or die "$command: no socket: $!\n";
connect($simulation, pack_sockaddr_un("$folder/.socket"))
  or die "$command: the simulation has ended: $!\n";

sub put {
    my ($to, $bytes) = @_;
    while (length $bytes) {
        my $count = syswrite $to, $bytes;
        defined $count or die "$command: $!\n";
        substr($bytes, 0, $count) = '';
    }
}

sub take {
    my ($length) = @_;
    my $bytes = '';
    while (length $bytes < $length) {
        sysread $simulation, $bytes, $length - length $bytes, length $bytes
          or die "$command: the simulation has ended\n";
    }
    return $bytes;
}

put($simulation, pack 'N(N/a*)*', 1 + @ARGV, $command, @ARGV);
my @streams = (undef, \*STDOUT, \*STDERR);
while (my $stream = $streams[ord take(1)]) {
    put($stream, take(unpack 'N', take(4)));
}
exit unpack 'N', take(4);
