package wifinina

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pains lists the weaknesses of the stock driver: those of reference §6.3 by
// their number, and those read in its source besides, with the tests that it
// would fail.
var pains = []struct{ what, tests string }{
	{"T-1", "TestT01ShortWritesAreContinued"},
	{"T-2", "TestT02AFullSendBufferIsNoEOF"},
	{"T-3", "TestT03ASendThatFailsTellsHowFarItGot"},
	{"T-4", "TestT04AnAccessPointHasItsChannel TestStartAccessPoint"},
	{"T-5", "TestT05AcceptReportsAConnectionOnceOnAllFirmware"},
	{"T-6", "TestT06T07AStaleDescriptorDoesNotTouchTheNextConnection"},
	{"T-7", "TestT06T07AStaleDescriptorDoesNotTouchTheNextConnection TestT07CloseOfALostConnectionDoesNotCloseTheNext"},
	{"T-8", "TestT08TheLastBytesAreReadBeforeTheEnd"},
	{"T-9", "TestT09ReadCloseFreesListenersAndBoundSockets TestAListenerIsClosedAndOpenedAgain"},
	{"T-10", "TestT10AcceptWithoutADescriptorLeft TestT10ReadAcceptNoticesClose"},
	{"T-11", "TestT11DataAreNoticedSoon TestT11ConnectionsAreNoticedSoon"},
	{"T-12", "TestT12AnEmptyBufferReturnsAtOnce TestT12DataComeBeforeTheDeadline"},
	{"T-13", "TestT13ReadDatagramsHaveSendersAndBoundaries TestT13ATruncatedDatagramSaysSo TestT13ADatagramWhoseReplyIsDamagedIsLostWhole"},
	{"T-14", "TestT14DatagramsAreNeverSplit TestT14ADatagramIsNotRedirectedByOneThatArrives TestT14UDPBeforeItsTimeIsAnError TestT14AddressesThatAreNotIPv4"},
	{"T-15", "TestT15ReadWhatTheFirmwareRefusesIsAnError TestT15EveryStepOfADatagramCanBeRefused"},
	{"T-16", "TestT16T17T18CorruptRepliesAreErrors TestT16AReplyWithoutParametersIsReadWhole"},
	{"T-17", "TestT16T17T18CorruptRepliesAreErrors TestT17ReadDeclaredLengthsAreNotTrusted TestRepliesThatCannotBeTrue"},
	{"T-18", "TestT16T17T18CorruptRepliesAreErrors TestT18ShortAddressesAreErrors"},
	{"T-19", "TestT19TheHardwareAddressIsACopy"},
	{"T-20", "TestT20ReadNumbers"},
	{"T-21", "TestT21ReadAFaultIsNotSticky TestT21AFaultyAnswerIsNoSocket TestAfterAFaultTheNextCallWorks"},
	{"T-22", "TestT22NothingIsSentToFirmwareThatIsNotReady TestT22T23AConnectionThatNobodyAnswers"},
	{"T-23", "TestT22T23AConnectionThatNobodyAnswers TestT23AJoinDoesNotHoldTheBus"},
	{"T-24", "TestT24ReadRecoveryLosesTheSocketsAndGoesOnUntilItWorks TestT24TheWatchdogEnds TestT24T25ACallbackMayDisconnect"},
	{"T-25", "TestT25NetDisconnectDuringRecovery TestT24T25ACallbackMayDisconnect"},
	{"T-26", "TestT26NetDisconnectEndsTheConnections TestResetHasThePolarityOfTheBoard"},
	{"T-27", "TestT27AnyFailureEndsTheWaitForAJoin TestT27AJoinTakesAsLongAsItTakes"},
	{"T-28", "TestT28ABadAnswerIsNotALostNetwork"},
	{"T-29", "TestT29ReadCountsOfParameters"},
	{"T-30", "TestT30FewTransfersPerFrame"},
	{"T-31", "TestT31TransactionsAllocateNothing TestT31TheBSDEngineAllocatesNothing TestMethodsAllocateNothing"},
	{"T-32", "TestT32ThePortOfOurChoiceIsReported"},
	{"T-33", "TestT33ReadSocketOptions"},
	{"T-34", "TestT34TLSRefusesWhatTheFirmwareCannot TestTLSByName TestTLSNeedsAnAuthority"},
	{"T-35", "TestT35LongStringsAreRefused"},
	{"T-36", "TestT36FirmwareWithFewerSocketsThanDescriptors TestT36APortCanBeListenedOnAgainAtOnce"},

	{"read: a declared length overruns a buffer", "TestT17ReadDeclaredLengthsAreNotTrusted"},
	{"read: Close leaves listeners and bound UDP sockets", "TestT09ReadCloseFreesListenersAndBoundSockets"},
	{"read: Accept never looks at its descriptor again", "TestT10ReadAcceptNoticesClose"},
	{"read: Send gives up, and the wait for READY holds the lock", "TestReadSendOutlastsAFullBuffer TestT22ReadTheWaitForReadyEndsWithTheDeadline"},
	{"read: fault is sticky", "TestT21ReadAFaultIsNotSticky TestT24ReadRecoveryLosesTheSocketsAndGoesOnUntilItWorks"},
	{"read: wrong counts of parameters, and a float from an integer", "TestT29ReadCountsOfParameters TestT20ReadNumbers"},
	{"read: UDP without sender, no options, Bind ignores the answer", "TestT13ReadDatagramsHaveSendersAndBoundaries TestT33ReadSocketOptions TestT15ReadWhatTheFirmwareRefusesIsAnError"},
	{"read: debugging means editing the source", "TestReadTracingNeedsNoEditing"},
}

// numbered is a test named after a number.
var numbered = regexp.MustCompile(`^TestT\d\d`)

// Every number has a test named after it, and all tests of the list exist.
func TestEveryPainHasATest(t *testing.T) {
	exists := testFunctions(t, "*_test.go", "bus/*_test.go")
	listed := map[string]bool{}
	for i, p := range pains {
		mark := "Read"
		if i < 36 {
			require.Equal(t, fmt.Sprintf("T-%d", i+1), p.what)
			mark = fmt.Sprintf("T%02d", i+1)
		}
		assert.Contains(t, p.tests, mark, p.what)
		for _, name := range strings.Fields(p.tests) {
			assert.True(t, exists[name], "%s: no %s", p.what, name)
			listed[name] = true
		}
	}
	for name := range exists {
		if numbered.MatchString(name) {
			assert.True(t, listed[name], "%s is not listed", name)
		}
	}
}

// testFunctions returns the names of the tests in some files.
func testFunctions(t *testing.T, patterns ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") {
					names[fn.Name.Name] = true
				}
			}
		}
	}
	return names
}
